using EdgeAdapt.Storage;
using System.Diagnostics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

/// <summary>
/// A process that fills and empties an outbox is killed with SIGKILL again and again, at moments that have nothing to do with what it does.
/// Whatever it had reported as stored and not as acknowledged is there afterwards, whole.
/// </summary>
public sealed class OutboxKillTests : IDisposable
{
    private const int Kills = 12;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_ProcessKilledAnywhere_LosesNothingThatWasStored()
    {
        var random = new Random(20250101);
        HashSet<int> expected = [];
        HashSet<int> maybe = [];
        int next = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process writer = OutboxWriter.Start(_folder.Path, next);
            int lines = random.Next(1, 120);
            List<string> output = [];
            while (output.Count < lines && await writer.StandardOutput.ReadLineAsync().Reasonable() is { } line)
            {
                output.Add(line);
            }

            // The process is at some other instruction by now: in the middle of a write, a rename, a deletion, or between two of them.
            writer.Kill();
            output.AddRange((await writer.StandardOutput.ReadToEndAsync().Reasonable()).Split('\n'));
            await writer.WaitForExitAsync().Reasonable();
            Note(output, expected, maybe, ref next);

            SampleOutbox outbox = SampleOutbox.Open(_folder.Path, new OutboxOptions(), new ListLogger());
            Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*" + DurableFile.UnfinishedExtension));
            Assert.Equal(0, outbox.Counters.Quarantined);
            HashSet<int> found = [];
            HashSet<string> seen = [];
            while (outbox.Oldest(e => seen.Add(e.Id)) is { } entry)
            {
                SampleUpload sample = outbox.Read(entry)!;
                int number = BitConverter.ToInt32(sample.Content.Span);
                Assert.Equal(Samples.Create(number, OutboxWriter.LengthOf(number)).Content.ToArray(), sample.Content.ToArray());
                found.Add(number);
            }

            Assert.Empty(expected.Except(found));
            Assert.Empty(found.Except(expected).Except(maybe));
            expected = found;
            maybe = [];
        }

        Assert.True(next > Kills, $"only {next} samples were stored in all");
    }

    private static void Note(List<string> output, HashSet<int> expected, HashSet<int> maybe, ref int next)
    {
        foreach (string line in output)
        {
            // The last line may be cut off by the kill; its word is complete only with the full stop behind it.
            if (line.Split(' ') is not [var word, var text] || !text.EndsWith('.') || !int.TryParse(text[..^1], out int number))
            {
                continue;
            }

            switch (word)
            {
                case "storing":
                    maybe.Add(number);
                    next = Math.Max(next, number + 1);
                    break;
                case "stored":
                    expected.Add(number);
                    break;
                case "acknowledging":
                    maybe.Add(number);
                    expected.Remove(number);
                    break;
                case "acknowledged":
                    maybe.Remove(number);
                    break;
            }
        }
    }
}
