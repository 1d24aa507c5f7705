using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Storage;

public sealed class SampleStoreTests : IDisposable
{
    private readonly Workbench _bench = new();

    private string Folder => Path.Combine(_bench.Folder, "samples");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Open_AfterAdd_FindsTheSameSamplesInOrder()
    {
        SampleContent[] samples = _bench.NextSamples(5);
        Open().Add(samples);
        SampleStore reopened = Open();
        IReadOnlyList<StoredSample> stored = reopened.After(0);
        Assert.Equal(samples.Select(s => s.Id), stored.Select(s => s.Id));
        Assert.Equal([1L, 2, 3, 4, 5], stored.Select(s => s.Sequence));
        SampleContent read = reopened.Read(stored[3])!;
        Assert.Equal(samples[3].Content.ToArray(), read.Content.ToArray());
        Assert.Equal(samples[3] with { Content = default }, read with { Content = default });
    }

    [Fact]
    public void Add_SameSampleAgain_WritesItOnce()
    {
        SampleContent sample = _bench.NextSample();
        SampleStore store = Open();
        Assert.Equal([true, false], store.Add([sample, sample]).Select(r => r.Added));
        Assert.False(Assert.Single(store.Add([sample])).Added);
        Assert.False(Assert.Single(Open().Add([sample])).Added);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Open_FileCutOffAnywhere_LeavesItOutAndTakesItAgain()
    {
        SampleContent[] samples = _bench.NextSamples(2);
        Open().Add(samples);
        string path = Directory.GetFiles(Folder).Order(StringComparer.Ordinal).First();
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(path, whole[..length]);
            var log = new CapturedLog();
            SampleStore store = SampleStore.Open(Folder, 0, log);
            Assert.Equal(samples[1].Id, Assert.Single(store.After(0)).Id);
            Assert.Contains(log.Messages, m => m.Text.Contains(path, StringComparison.Ordinal));
            Assert.False(File.Exists(path));
        }

        Assert.True(Assert.Single(Open().Add([samples[0]])).Added);
    }

    [Fact]
    public void Open_UnfinishedFile_IsRemoved()
    {
        Open().Add([_bench.NextSample()]);
        string unfinished = Path.Combine(Folder, "0000000000000009-00" + DurableFile.UnfinishedExtension);
        File.WriteAllBytes(unfinished, [1, 2, 3]);
        Assert.Equal(1, Open().Count);
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public void Read_ByteChanged_GivesNullAndForgetsTheSample()
    {
        SampleContent sample = _bench.NextSample();
        SampleStore store = Open();
        StoredSample entry = Assert.Single(store.Add([sample])).Entry;
        string path = Assert.Single(Directory.GetFiles(Folder));
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(store.Read(entry));
        Assert.False(store.Contains(sample.Id));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Open_SequenceGivenBefore_IsNotGivenAgain()
    {
        SampleStore store = Open();
        store.Remove(store.Add(_bench.NextSamples(3)).Select(r => r.Entry));
        SampleStore reopened = SampleStore.Open(Folder, lastSequence: 3, NullLogger.Instance);
        Assert.Equal(4, Assert.Single(reopened.Add([_bench.NextSample()])).Entry.Sequence);
    }

    [Fact]
    public void Add_FolderGone_ThrowsAndIndexesNothing()
    {
        SampleStore store = Open();
        Directory.Delete(Folder);
        SampleContent sample = _bench.NextSample();
        Assert.ThrowsAny<IOException>(() => store.Add([sample]));
        Assert.False(store.Contains(sample.Id));
        Directory.CreateDirectory(Folder);
        Assert.True(Assert.Single(store.Add([sample])).Added);
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(2, 2, 0)]
    [InlineData(4, 2, 2)]
    [InlineData(5, 0, 5)]
    public void Excess_SomeProcessed_NeverNamesWaitingOnes(long processed, int keep, int expected)
    {
        SampleStore store = Open();
        store.Add(_bench.NextSamples(5));
        Assert.Equal(Enumerable.Range(1, expected).Select(i => (long)i), store.Excess(processed, keep).Select(s => s.Sequence));
    }

    [Fact]
    public void Add_KilledBeforeTheNameWasForcedThenAcknowledged_SurvivesAPowerCut()
    {
        var disk = new PowerCutDisk();
        SampleContent sample = _bench.NextSample();
        SampleStore killed = Open(disk);
        disk.KillsBeforeForcing = true;
        Assert.Throws<PowerCutDisk.KilledException>(() => killed.Add([sample]));
        disk.KillsBeforeForcing = false;

        // The device sends it again, and is told that the cloud has it.
        Assert.False(Assert.Single(Open(disk).Add([sample])).Added);
        disk.CutPower();
        Assert.True(Open().Contains(sample.Id));
    }

    [Fact]
    public void Add_SampleThatWasRemoved_IsNotStoredAgainEvenAfterARestart()
    {
        SampleContent[] samples = _bench.NextSamples(3);
        SampleStore store = Open();
        store.Remove(store.Add(samples[..2]).Select(r => r.Entry));
        foreach (SampleStore each in new[] { store, Open() })
        {
            Assert.Equal((0L, false), each.Add([samples[0]]).Select(r => (r.Entry.Sequence, r.Added)).Single());
            Assert.Equal(0, each.Count);
        }

        Assert.True(Assert.Single(store.Add([samples[2]])).Added);
        Assert.Single(Directory.GetFiles(Folder, "*.sample"));
    }

    [Fact]
    public void Add_RemovedLongerAgoThanIsRemembered_IsStoredAgain()
    {
        SampleContent[] samples = _bench.NextSamples(3);
        var store = SampleStore.Open(Folder, 0, NullLogger.Instance, rememberedIds: 2);
        store.Remove(store.Add(samples).Select(r => r.Entry));
        Assert.Equal([true, false, false], store.Add(samples).Select(r => r.Added));
    }

    [Fact]
    public void Remove_IdsCannotBeSaved_DeletesSaysItAndKnowsThemUntilTheEnd()
    {
        var disk = new PowerCutDisk();
        var log = new CapturedLog();
        SampleContent[] samples = _bench.NextSamples(2);
        var store = SampleStore.Open(Folder, 0, log, disk: disk);
        IReadOnlyList<StoredSample> entries = [.. store.Add(samples).Select(r => r.Entry)];
        store.Remove([entries[0]]);
        disk.AppendFault = new IOException("No space left on device");
        store.Remove([entries[1]]);
        Assert.Contains("No space left on device", Assert.Single(log.Messages).Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder, "*.sample"));
        Assert.Equal([false, false], store.Add(samples).Select(r => r.Added));
    }

    private SampleStore Open(IDurableDisk? disk = null) => SampleStore.Open(Folder, 0, NullLogger.Instance, disk: disk);
}
