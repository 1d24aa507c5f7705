using System.Diagnostics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>The last good sets on disk, after everything that can happen to a disk.</summary>
public sealed class SetHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Save_ManySets_KeepsTheLastOnes()
    {
        await using (var fixture = new RolloutFixture(_folder, guard: new RolloutGuardOptions { Window = 0, CanaryFrames = 0, KeptSets = 3 }))
        {
            for (int version = 1; version <= 12; version++)
            {
                await fixture.DecideAsync(Tiny.Publish(Tiny.Set(version)));
            }
        }

        Assert.Equal([12, 11, 10, 0], Versions(TrustedKeys.None));
    }

    [Theory]
    [InlineData("signature alone", 2)]
    [InlineData("set half written", 2)]
    [InlineData("set beside its unfinished self", 3)]
    [InlineData("older not deleted", 3)]
    [InlineData("newest cut off", 2)]
    [InlineData("newest empty", 2)]
    [InlineData("newest changed", 2)]
    [InlineData("newest without signature", 2)]
    [InlineData("all changed", 0)]
    public async Task Restart_AfterACrashAtAnyStepOfSaving_BeginsWithAWholeBelievedSet(string step, long expected)
    {
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        SetHistory history = Open(trusted);
        for (int version = 1; version <= 2; version++)
        {
            Save(history, key, version);
        }

        byte[] third = ParameterSetFile.ToBytes(Tiny.Set(3));
        string path = Path.Combine(Path.GetDirectoryName(history.Files[0])!, "0000000003-v3.safetensors");
        File.WriteAllText(path + ParameterSignature.FileExtension, key.Sign(third).ToString());
        switch (step)
        {
            case "signature alone":
                break;
            case "set half written":
                File.WriteAllBytes(path + DurableFile.UnfinishedExtension, third[..100]);
                break;
            case "set beside its unfinished self":
                File.WriteAllBytes(path, third);
                File.WriteAllBytes(path + DurableFile.UnfinishedExtension, third);
                break;
            case "newest without signature":
                File.WriteAllBytes(path, third);
                File.Delete(path + ParameterSignature.FileExtension);
                break;
            default:
                byte[] content = step switch { "newest cut off" => third[..^20], "newest empty" => [], _ => [.. third] };
                if (step.EndsWith("changed", StringComparison.Ordinal))
                {
                    content[^1] ^= 1;
                }

                File.WriteAllBytes(path, content);
                break;
        }

        if (step == "all changed")
        {
            foreach (string file in history.Files)
            {
                byte[] bytes = File.ReadAllBytes(file);
                bytes[^5] ^= 4;
                File.WriteAllBytes(file, bytes);
            }
        }

        await using var fixture = new RolloutFixture(_folder, trusted: trusted);
        Assert.Equal(expected, fixture.Rollout.Active.Version);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*" + DurableFile.UnfinishedExtension));

        // And saving goes on from there.
        MqttMessage next = new ParametersPublication { Group = Tiny.Group, Model = Tiny.ModelName, Set = Tiny.Set(9), Published = DateTimeOffset.UnixEpoch }.ToMessage(key);
        await fixture.DecideAsync(next);
        Assert.Equal(9, Versions(trusted)[0]);
    }

    [Fact]
    public async Task Save_ProcessKilledAnywhere_LeavesASetThatWasWholeAndNoOlderThanTheLastSaved()
    {
        const int kills = 8;
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        var random = new Random(20250101);
        long saved = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using Process writer = SetWriter.Start(_folder.Path, saved + 1);
            for (int line = random.Next(1, 60); line > 0 && await writer.StandardOutput.ReadLineAsync().Reasonable() is { } text; line--)
            {
                saved = long.Parse(text, null);
            }

            // The process is at some other instruction by now: in the middle of a write, a rename, a deletion, or between two of them.
            writer.Kill();
            string rest = await writer.StandardOutput.ReadToEndAsync().Reasonable();
            await writer.WaitForExitAsync().Reasonable();
            long last = rest.Split('\n').SkipLast(1).Select(l => long.Parse(l, null)).Append(saved).Max();

            long[] versions = Versions(trusted);
            Assert.InRange(versions[0], last, last + 1);
            saved = versions[0];
        }

        Assert.True(saved > kills, $"only {saved} sets were saved in all");
    }

    [Fact]
    public void Save_AfterAReversal_DropsWhatWasTakenBackBeforeWhatIsGood()
    {
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        SetHistory history = Open(trusted);
        foreach (long version in new long[] { 3, 4, 5 })
        {
            Save(history, key, version);
        }

        RolloutRecord record = RolloutRecord.Empty;
        foreach (long version in new long[] { 4, 5 })
        {
            record = record.WithReverted(new RevertedSet(version, DateTimeOffset.UnixEpoch, "an operator asked for it"));
        }

        Save(history, key, 6, record);
        Assert.Equal([6, 5, 3], history.Versions.Select(v => v.Version));
        Assert.Equal([6, 3, 0], history.Load(record).Select(s => s.Version));
        Save(history, key, 7, record);
        Assert.Equal([7, 6, 3], history.Versions.Select(v => v.Version));
    }

    [Fact]
    public void Save_VersionThatIsThere_TakesItsPlace()
    {
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        SetHistory history = Open(trusted);
        foreach (long version in new long[] { 3, 4, 5, 4 })
        {
            Save(history, key, version);
        }

        Assert.Equal([4, 5, 3], history.Versions.Select(v => v.Version));
        Assert.Equal(3, history.Files.Count);
        Assert.Equal(3, Directory.GetFiles(history.Folder, "*" + ParameterSignature.FileExtension).Length);
    }

    private long[] Versions(TrustedKeys trusted) => [.. Open(trusted).Load(RolloutRecord.Empty).Select(s => s.Version)];

    private SetHistory Open(TrustedKeys trusted) => SetWriter.Open(_folder.Path, trusted);

    private static void Save(SetHistory history, SigningKey key, long version, RolloutRecord? record = null)
    {
        byte[] bytes = ParameterSetFile.ToBytes(Tiny.Set(version));
        history.Save(version, bytes, key.Sign(bytes), record ?? RolloutRecord.Empty);
    }
}
