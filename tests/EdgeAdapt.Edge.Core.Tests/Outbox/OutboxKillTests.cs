using System.Diagnostics;
using System.Globalization;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

/// <summary>
/// A process that fills, overfills and empties an outbox is killed with SIGKILL again and again, at moments that have nothing to do with what it
/// does; then files are cut off, half written and brought back as by a power cut. Whatever it had reported as stored, and neither as given up
/// nor as acknowledged, is there afterwards, whole; what it had reported as acknowledged never is. EDGEADAPT_OUTBOX_KILLS sets how often.
/// </summary>
public sealed class OutboxKillTests : IDisposable
{
    private const string KillsVariable = "EDGEADAPT_OUTBOX_KILLS";
    private const int FewestKills = 8;
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _graveyard = new();
    private readonly Random _random = new(20250101);
    private readonly HashSet<int> _maybe = [];
    private readonly HashSet<int> _acknowledged = [];
    private HashSet<int> _expected = [];
    private int _next;
    private int _evicted;

    public void Dispose()
    {
        _folder.Dispose();
        _graveyard.Dispose();
    }

    [Fact]
    public async Task Add_ProcessKilledAnywhere_LosesNothingThatWasStoredAndBringsNothingBack()
    {
        int kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? Math.Max(given, FewestKills) : FewestKills;
        for (int kill = 0; kill < kills; kill++)
        {
            await RunAndKillAsync();
            CutThePower();
            SampleOutbox outbox = SampleOutbox.Open(_folder.Path, OutboxWriter.Options, TimeProvider.System, new ListLogger());
            Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*" + DurableFile.UnfinishedExtension));
            Assert.Equal(0, outbox.Counters.Drops.Damaged);
            HashSet<int> found = [];
            HashSet<string> seen = [];
            while (outbox.Best(e => seen.Add(e.Id)) is { } entry)
            {
                SampleUpload sample = outbox.Read(entry)!;
                int number = BitConverter.ToInt32(sample.Content.Span);
                Assert.Equal(Samples.Create(number, OutboxWriter.LengthOf(number)).Content.ToArray(), sample.Content.ToArray());
                Assert.True(found.Add(number), $"{number} is there twice");
            }

            Assert.Empty(_expected.Except(found));
            Assert.Empty(found.Intersect(_acknowledged));
            Assert.Empty(found.Except(_expected).Except(_maybe));
            _expected = found;
            _maybe.Clear();
        }

        Assert.True(_next > kills && _evicted > kills && _acknowledged.Count > kills, $"only {_next} samples stored, {_evicted} given up, {_acknowledged.Count} acknowledged");
    }

    private async Task RunAndKillAsync()
    {
        using Process writer = OutboxWriter.Start(_folder.Path, _graveyard.Path, _next);
        int lines = _random.Next(1, 200);
        List<string> output = [];
        while (output.Count < lines && await writer.StandardOutput.ReadLineAsync().Reasonable() is { } line)
        {
            output.Add(line);
        }

        // The process is at some other instruction by now: in the middle of a write, a rename, a deletion, or between two of them.
        writer.Kill();
        output.AddRange((await writer.StandardOutput.ReadToEndAsync().Reasonable()).Split('\n'));
        await writer.WaitForExitAsync().Reasonable();
        output.ForEach(Note);
    }

    /// <summary>What a power cut may leave and a kill does not: writes and deletions that were never forced to the disk.</summary>
    private void CutThePower()
    {
        foreach (string path in Directory.GetFiles(_folder.Path, "*" + DurableFile.UnfinishedExtension))
        {
            using FileStream file = File.OpenWrite(path);
            file.SetLength(_random.NextInt64(file.Length + 1));
        }

        foreach (string path in Directory.GetFiles(_graveyard.Path))
        {
            // The kill may have met the copying itself.
            if (SpoolFile.Parse(File.ReadAllBytes(path)) is { } sample && _acknowledged.Contains(BitConverter.ToInt32(sample.Content.Span)) && _random.Next(2) == 0)
            {
                File.Copy(path, _folder.File(Path.GetFileName(path)), overwrite: true);
            }

            File.Delete(path);
        }

        string ids = _folder.File("acknowledged.ids");
        if (File.Exists(ids) && _random.Next(2) == 0)
        {
            using FileStream file = new(ids, FileMode.Append);
            file.Write(new byte[_random.Next(1, 16)]);
        }
    }

    private void Note(string line)
    {
        // The last line may be cut off by the kill; its word is complete only with the full stop behind it.
        if (line.Split(' ') is not [var word, var text] || !text.EndsWith('.') || !int.TryParse(text[..^1], out int number))
        {
            return;
        }

        switch (word)
        {
            case "storing":
                _maybe.Add(number);
                _next = Math.Max(_next, number + 1);
                break;
            case "stored":
                _maybe.Remove(number);
                _expected.Add(number);
                break;
            case "evicting" or "acknowledging":
                _maybe.Add(number);
                _expected.Remove(number);
                break;
            case "dropped":
                _maybe.Remove(number);
                break;
            case "evicted":
                _maybe.Remove(number);
                _evicted++;
                break;
            case "acknowledged":
                _maybe.Remove(number);
                _acknowledged.Add(number);
                break;
        }
    }
}
