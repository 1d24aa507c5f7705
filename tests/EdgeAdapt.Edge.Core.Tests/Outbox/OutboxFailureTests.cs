using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class OutboxFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();
    private readonly FailingDisk _disk = new();

    public void Dispose()
    {
        _disk.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<Func<Exception>> Faults => new()
    {
        () => new IOException("No space left on device"),
        () => new IOException("Read-only file system"),
        () => new UnauthorizedAccessException("Access to the path is denied."),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Add_DiskTakesNothing_CountsEachAndSaysItOnceUntilItWorksAgain(Func<Exception> fault)
    {
        SampleOutbox outbox = Open();
        _disk.Fault = fault;
        int lines = _logger.Lines.Count;
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(AddOutcome.StorageFailed, outbox.Add(Samples.Create(i)));
        }

        Assert.Equal((0, 50L, 50L), (outbox.Count, outbox.Counters.Drops.Storage, outbox.Counters.Dropped));
        Assert.Single(_logger.Lines.Skip(lines));
        _disk.Fault = null;
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(1)));
        _disk.Fault = fault;
        outbox.Add(Samples.Create(2));
        Assert.Equal(2, _logger.Lines.Skip(lines).Count());
    }

    [Fact]
    public void Open_FilesOfAKilledProcess_ForcesTheirNamesToTheDisk()
    {
        Open().Add(Samples.Create(1));
        _disk.Forced.Clear();
        Assert.Equal(1, Open().Count);
        Assert.Equal([_folder.Path], _disk.Forced);
    }

    [Fact]
    public void Open_DiskFailsToForceNames_WorksAllTheSame()
    {
        Open().Add(Samples.Create(1));
        _disk.Fault = () => new IOException("Input/output error");
        SampleOutbox outbox = Open();
        Assert.Equal(AddOutcome.StorageFailed, outbox.Add(Samples.Create(2)));
        Assert.Equal(Samples.Create(1).Id, outbox.Best(_ => true)!.Value.Id);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Acknowledge_DiskTakesNothing_SamplesLeaveAndRepeatsAreKnownUntilTheEnd(Func<Exception> fault)
    {
        SampleOutbox outbox = Open();
        outbox.Add(Samples.Create(1));
        outbox.Add(Samples.Create(2));
        _disk.Fault = fault;
        Assert.Equal(1, outbox.Acknowledge([Samples.Create(1).Id]));
        Assert.Equal(AddOutcome.Duplicate, outbox.Add(Samples.Create(1)));
        _disk.Fault = null;
        Assert.Equal(1, outbox.Acknowledge([Samples.Create(2).Id]));

        // The failed append may have left half an id, so the file was written anew, with both.
        SampleOutbox again = Open();
        Assert.Equal(AddOutcome.Duplicate, again.Add(Samples.Create(1)));
        Assert.Equal(AddOutcome.Duplicate, again.Add(Samples.Create(2)));
    }

    [Fact]
    public async Task TryOffer_DiskHangs_NeverWaitsAndCountsWhatDoesNotFit()
    {
        SampleOutbox outbox = Open();
        int stored = 0;
        var intake = new OutboxIntake(outbox, 4, () => Interlocked.Increment(ref stored));
        _disk.Working.Reset();
        Task run = Task.Run(intake.RunAsync);
        int accepted = Enumerable.Range(0, 40).Count(i => intake.TryOffer(() => Samples.Create(i), SampleMerit.Unknown, 1000));

        // Four in the queue, and one or none under the writer's hand.
        Assert.InRange(accepted, 4, 5);
        Assert.Equal((40 - accepted, 0L), (outbox.Counters.Drops.Busy, outbox.Counters.Stored));
        _disk.Working.Set();
        intake.Complete();
        await run.Reasonable();
        Assert.Equal((accepted, (long)accepted, accepted), (outbox.Count, outbox.Counters.Stored, stored));
        Assert.False(intake.TryOffer(() => Samples.Create(99), SampleMerit.Unknown, 1000));
    }

    [Fact]
    public async Task TryOffer_DiskHangs_HoldsPicturesOfNoMoreThanTheBytesAllowed()
    {
        SampleOutbox outbox = Open();
        var intake = new OutboxIntake(outbox, 64, () => { });
        _disk.Working.Reset();
        Task run = Task.Run(intake.RunAsync);
        bool Offer(int number, long bytes) => intake.TryOffer(() => Samples.Create(number), SampleMerit.Unknown, bytes);
        const long FullHd = 1920 * 1080 * 3;
        Assert.Equal(OutboxIntake.MaximumBytes / FullHd, Enumerable.Range(0, 64).Count(i => Offer(i, FullHd)));
        Assert.Equal(64 - (OutboxIntake.MaximumBytes / FullHd), outbox.Counters.Drops.Busy);
        _disk.Working.Set();
        Assert.Equal(AddOutcome.Stored, await intake.AddAsync(() => Samples.Create(100), SampleMerit.Unknown, CancellationToken.None).Reasonable());

        // All of them are written by now: one that is larger than all that may wait goes alone.
        _disk.Working.Reset();
        Assert.True(Offer(101, OutboxIntake.MaximumBytes + 1));
        Assert.False(Offer(102, 1));
        _disk.Working.Set();
        intake.Complete();
        await run.Reasonable();
        Assert.Equal((OutboxIntake.MaximumBytes / FullHd) + 2, outbox.Counters.Stored);
    }

    [Fact]
    public async Task RunAsync_PictureThatNoEncoderTakes_DropsAndCountsItAndGoesOn()
    {
        SampleOutbox outbox = Open();
        var intake = new OutboxIntake(outbox, 8, () => { });
        Task run = Task.Run(intake.RunAsync);
        int lines = _logger.Lines.Count;
        SampleUpload Refused() => throw new InvalidOperationException("70000 pixels are too wide.");
        Assert.Equal(AddOutcome.NotEncoded, await intake.AddAsync(Refused, SampleMerit.Unknown, CancellationToken.None).Reasonable());
        Assert.True(intake.TryOffer(Refused, SampleMerit.Unknown, 1));
        Assert.Equal(AddOutcome.Stored, await intake.AddAsync(() => Samples.Create(1), SampleMerit.Unknown, CancellationToken.None).Reasonable());
        intake.Complete();
        await run.Reasonable();
        Assert.Equal((1, 2L, 2L), (outbox.Count, outbox.Counters.Drops.Unsendable, outbox.Counters.Dropped));
        Assert.Contains("too wide", Assert.Single(_logger.Lines.Skip(lines)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_FolderNotForcedToTheDisk_CostsNoSampleOfTheNextOnes(bool deletesNothing)
    {
        SampleOutbox outbox = Open();
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(1)));
        (_disk.LateFault, _disk.DeletesNothing) = (() => new IOException("Input/output error"), deletesNothing);
        Assert.Equal(AddOutcome.StorageFailed, outbox.Add(Samples.Create(2)));
        (_disk.LateFault, _disk.DeletesNothing) = (null, false);
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(3)));

        SampleOutbox again = Open();
        Assert.Equal(deletesNothing ? [1, 2, 3] : [1, 3], OutboxContents.Of(again).Order());
        Assert.Equal(0, again.Counters.Drops.Damaged);
    }

    [Fact]
    public void Open_FilesThatCannotBeRead_LeavesThemAndGoesOnWithTheOthers()
    {
        SampleOutbox first = Open();
        first.Add(Samples.Create(1));
        first.Add(Samples.Create(2));
        first.Acknowledge([Samples.Create(3).Id]);
        string file = Directory.EnumerateFiles(_folder.Path, "*.sample").Order().First(), whole = _folder.File("whole");
        File.Copy(file, whole);
        foreach (string bad in new[] { file, _folder.File("acknowledged.ids"), _folder.File("clock.json") })
        {
            // Opens, and the first read is an input/output error: nothing lies at the address 0.
            File.Delete(bad);
            File.CreateSymbolicLink(bad, "/proc/self/mem");
        }

        SampleOutbox second = Open();
        Assert.Equal([2], OutboxContents.Of(second));
        Assert.Equal(1, second.Counters.Drops.Damaged);
        Assert.Equal(3, _logger.Lines.Count(l => l.Text.Contains("cannot be used", StringComparison.Ordinal)));
        second.Add(Samples.Create(4));
        second.Acknowledge([Samples.Create(4).Id]);

        File.Move(whole, file, overwrite: true);
        SampleOutbox third = Open();
        Assert.Equal([1, 2], OutboxContents.Of(third).Order());
        Assert.Equal(AddOutcome.Duplicate, third.Add(Samples.Create(4)));
    }

    [Fact]
    public async Task AddAsync_QueueFull_WaitsForTheDiskAndTellsTheOutcome()
    {
        SampleOutbox outbox = Open();
        var intake = new OutboxIntake(outbox, 1, () => { });
        _disk.Working.Reset();
        Task<AddOutcome>[] adds = [.. new[] { 1, 2, 3, 1 }.Select(i => intake.AddAsync(() => Samples.Create(i), SampleMerit.Unknown, CancellationToken.None))];
        Task run = Task.Run(intake.RunAsync);
        Assert.DoesNotContain(adds, a => a.IsCompleted);
        _disk.Working.Set();
        Assert.Equal([AddOutcome.Stored, AddOutcome.Stored, AddOutcome.Stored, AddOutcome.Duplicate], await Task.WhenAll(adds).Reasonable());
        intake.Complete();
        await run.Reasonable();
    }

    [MountFact]
    public async Task Add_RealDiskFillsUpAndIsReadOnly_CountsTheLossAndLosesNothingElse()
    {
        // 256 KiB of tmpfs, samples of 20 kB: about twelve fit.
        string[] lines = (await OutboxWriter.RunOnSmallDiskAsync(_folder.Path).Reasonable()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int stored = lines.Count(l => l == "full Stored");
        Assert.InRange(stored, 8, 13);
        Assert.Equal(40 - stored, lines.Count(l => l == "full StorageFailed"));
        Assert.Contains("acknowledged 1", lines);
        Assert.Contains("room Stored", lines);
        Assert.Contains("read-only StorageFailed", lines);
        Assert.Contains($"whole {stored}", lines);
    }

    private SampleOutbox Open() => SampleOutbox.Open(_folder.Path, new OutboxOptions(), TimeProvider.System, _logger, _disk);
}
