using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class SampleOutboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_Sample_ReadsBackWhole()
    {
        SampleOutbox outbox = Open();
        SampleUpload sample = Samples.Create(7);
        Assert.Equal(AddOutcome.Stored, outbox.Add(sample));
        SampleUpload read = outbox.Read(outbox.Best(_ => true)!.Value)!;
        Assert.Equal(sample.Content.ToArray(), read.Content.ToArray());
        Assert.Equal(sample with { Content = default }, read with { Content = default });
    }

    [Fact]
    public void Open_AfterOtherProcess_KeepsSamplesAndTheirOrder()
    {
        SampleOutbox first = Open();
        Fill(first, 1, 2, 3);
        first.Acknowledge([Samples.Create(2).Id]);

        SampleOutbox second = Open();
        Assert.Equal(2, second.Count);
        Assert.Equal(first.Bytes, second.Bytes);
        Fill(second, 4);
        Assert.Equal([4, 3, 1], OutboxContents.Of(second));
    }

    [Fact]
    public void Add_SameBytesTwice_KeepsOne()
    {
        SampleOutbox outbox = Open();
        Fill(outbox, 1);
        Assert.Equal(AddOutcome.Duplicate, outbox.Add(Samples.Create(1)));
        Assert.Equal(1, outbox.Count);
        Assert.Equal(1, outbox.Counters.Drops.Duplicate);
    }

    [Fact]
    public void Add_EqualMeritBeyondCapacity_DropsTheOldestAndCountsThem()
    {
        SampleOutbox outbox = Open();
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(i, 10_000)));
        }

        Assert.InRange(outbox.Bytes, 1, OutboxOptions.SmallestMaximumBytes);
        Assert.Equal(10 - outbox.Count, outbox.Counters.Drops.Full);
        Assert.Equal(Enumerable.Range(10 - outbox.Count, outbox.Count).Reverse(), OutboxContents.Of(outbox));
        Assert.Equal(outbox.Bytes, Directory.EnumerateFiles(_folder.Path, "*.sample").Sum(f => new FileInfo(f).Length));
    }

    [Fact]
    public void Add_LargerThanTheOutbox_DropsItAlone()
    {
        SampleOutbox outbox = Open();
        Fill(outbox, 1);
        Assert.Equal(AddOutcome.TooLarge, outbox.Add(Samples.Create(2, (int)OutboxOptions.SmallestMaximumBytes)));
        Assert.Equal([1], OutboxContents.Of(outbox));
        Assert.Equal(1, outbox.Counters.Drops.Unsendable);
    }

    [Fact]
    public void Add_DiskFails_CountsTheLossAndRecovers()
    {
        string path = _folder.File("spool");
        SampleOutbox outbox = SampleOutbox.Open(path, Options, _time, _logger);
        Directory.Delete(path, recursive: true);
        File.WriteAllText(path, "a file where the folder was: every write fails, as on a read-only disk");
        Assert.Equal(AddOutcome.StorageFailed, outbox.Add(Samples.Create(1)));
        Assert.Equal(1, outbox.Counters.Drops.Storage);
        Assert.Contains(_logger.Lines, l => l.Text.Contains("Free space", StringComparison.Ordinal));

        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(1)));
    }

    [Fact]
    public void Acknowledge_KnownUnknownAndRepeatedIds_DeletesTheKnownOnce()
    {
        SampleOutbox outbox = Open();
        Fill(outbox, 1, 2);
        string[] ids = [Samples.Create(1).Id, Samples.Create(99).Id];
        Assert.Equal(1, outbox.Acknowledge(ids));
        Assert.Equal(0, outbox.Acknowledge(ids));
        Assert.Equal([2], OutboxContents.Of(outbox));
        Assert.Single(Directory.EnumerateFiles(_folder.Path, "*.sample"));
    }

    [Fact]
    public void Open_UnfinishedFile_DeletesAndCountsIt()
    {
        Fill(Open(), 1);
        string half = _folder.Write("000000000002-0123.sample.unfinished", [1, 2, 3]);
        SampleOutbox outbox = Open();
        Assert.False(File.Exists(half));
        Assert.Equal(1, outbox.Counters.Unfinished);
        Assert.Equal([1], OutboxContents.Of(outbox));
    }

    [Fact]
    public void Open_FileCutOff_SetsItAsideAndCountsIt()
    {
        Fill(Open(), 1, 2);
        string first = Directory.EnumerateFiles(_folder.Path, "*.sample").Order().First();
        using (FileStream stream = File.OpenWrite(first))
        {
            stream.SetLength(stream.Length - 1);
        }

        SampleOutbox outbox = Open();
        Assert.Equal(1, outbox.Counters.Drops.Damaged);
        Assert.Equal([2], OutboxContents.Of(outbox));
        Assert.True(File.Exists(_folder.File("quarantine", Path.GetFileName(first))));
    }

    [Fact]
    public void Read_FlippedBit_SetsItAsideAndGoesOn()
    {
        SampleOutbox outbox = Open();
        Fill(outbox, 2, 1);
        string first = Directory.EnumerateFiles(_folder.Path, "*.sample").Order().Last();
        byte[] bytes = File.ReadAllBytes(first);
        bytes[^100] ^= 1;
        File.WriteAllBytes(first, bytes);
        Assert.Null(outbox.Read(outbox.Best(_ => true)!.Value));
        Assert.Equal([2], OutboxContents.Of(outbox));
        Assert.Equal(1, outbox.Counters.Drops.Damaged);
    }

    [Fact]
    public void Open_ForeignFiles_SetsThemAside()
    {
        _folder.Write("notes.sample", [1]);
        _folder.Write("99999999999999999999-x.sample", [1]);
        _folder.Write("readme.txt", [1]);
        SampleOutbox outbox = Open();
        Assert.Equal(0, outbox.Count);
        Assert.Equal(2, outbox.Counters.Drops.Damaged);
        Assert.True(File.Exists(_folder.File("readme.txt")));
    }

    [Fact]
    public void Quarantine_ManyFiles_StaysBounded()
    {
        for (int i = 0; i < 40; i++)
        {
            _folder.Write($"{i:D12}-broken.sample", [1, 2, 3]);
        }

        Assert.Equal(40, Open().Counters.Drops.Damaged);
        Assert.Equal(Options.QuarantinedFiles, Directory.EnumerateFiles(_folder.File("quarantine")).Count());
    }

    [Fact]
    public void Open_FolderCannotBe_SaysWhatToDo()
    {
        string file = _folder.Write("file", [1]);
        var fault = Assert.Throws<StateFolderException>(() => SampleOutbox.Open(file, Options, _time, _logger));
        Assert.Contains("--state", fault.Message, StringComparison.Ordinal);
    }

    private static OutboxOptions Options { get; } = new() { MaximumBytes = OutboxOptions.SmallestMaximumBytes };

    private void Fill(SampleOutbox outbox, params int[] numbers)
    {
        foreach (int number in numbers)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(number)));
        }
    }

    private SampleOutbox Open() => SampleOutbox.Open(_folder.Path, Options, _time, _logger);
}
