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
        int accepted = Enumerable.Range(0, 40).Count(i => intake.TryOffer(() => Samples.Create(i), SampleMerit.Unknown));

        // Four in the queue, and one or none under the writer's hand.
        Assert.InRange(accepted, 4, 5);
        Assert.Equal((40 - accepted, 0L), (outbox.Counters.Drops.Busy, outbox.Counters.Stored));
        _disk.Working.Set();
        intake.Complete();
        await run.Reasonable();
        Assert.Equal((accepted, (long)accepted, accepted), (outbox.Count, outbox.Counters.Stored, stored));
        Assert.False(intake.TryOffer(() => Samples.Create(99), SampleMerit.Unknown));
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
