using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class AdaptationSessionTests
{
    [Fact]
    public void Step_FullBatch_MakesASetThatFitsTheModelAndChangesIt()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch - 1));
        Assert.False(session.HasBatch);
        Assert.Equal(StepOutcome.NotEnoughSamples, session.Step(engine, CancellationToken.None));
        session.Accept([bench.NextSample()]);
        Assert.True(session.HasBatch);
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        ParameterSet set = ParameterSetFile.FromBytes(session.ReadVersion(1));
        Assert.Equal(
            new ParameterSetManifest
            {
                BaseModelSha256 = bench.Model.Student.Model.Sha256,
                Version = 1,
                Parent = 0,
                Scope = "default",
                Created = bench.Time.GetUtcNow(),
                TeacherSha256 = bench.Model.Teacher.Model.Sha256,
                SamplesSeen = Workbench.Batch,
                Steps = 1,
            },
            set.Manifest);
        IReadOnlyList<LayerParameters> parameters = bench.Model.Student.TryUnpack(set, out string? fault)!;
        Assert.Null(fault);
        Assert.NotEqual(bench.Model.Student.Source[0].Scale, parameters[0].Scale);
        Assert.False(session.HasBatch);
    }

    [Fact]
    public void Step_WithEdgeStatistics_PublishesWhatTheEdgeMeasured()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        LayerStatistics[] measured = [.. bench.Model.Student.Source.Select(l => new LayerStatistics([.. l.Mean.Select(m => m + 0.25f)], l.Variance))];
        Assert.True(session.EdgeStatistics.TryReport("cam-1", new DeviceStatistics(measured, 640, bench.Time.GetUtcNow())));
        session.Accept(bench.NextSamples(Workbench.Batch));
        session.Step(engine, CancellationToken.None);
        ParameterSet set = ParameterSetFile.FromBytes(session.ReadVersion(1));
        Assert.Equal(measured[0].Mean, bench.Model.Student.TryUnpack(set, out _)![0].Mean);
    }

    [Fact]
    public void Step_SampleThatCannotBeRead_LosesNoneOfThem()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch + 1));
        string file = Directory.EnumerateFiles(Path.Combine(bench.Folder, "default", "samples"), "*.sample").Order().ElementAt(2), whole = Path.Combine(bench.Folder, "whole");
        File.Move(file, whole);

        // Opens, and the first read is an input/output error: nothing lies at the address 0.
        File.CreateSymbolicLink(file, "/proc/self/mem");
        Assert.Throws<IOException>(() => session.Step(engine, CancellationToken.None));
        Assert.Equal(Workbench.Batch + 1, session.Snapshot().Queued);

        // The others go on without it.
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        Assert.Equal(1, session.Snapshot().Queued);
        File.Move(whole, file, overwrite: true);
        session.Accept(bench.NextSamples(Workbench.Batch - 1));
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        Assert.Equal((0, 2 * Workbench.Batch, 0L), (session.Snapshot().Queued, session.Snapshot().Counts.Processed, session.Snapshot().Counts.Damaged));
        Assert.False(bench.OpenSession().HasBatch);
        Assert.Equal(0, bench.OpenSession().Snapshot().Queued);
    }

    [Fact]
    public void Open_AfterSteps_GoesOnAsIfNothingHadHappened()
    {
        using var straight = new Workbench();
        using var restarted = new Workbench();
        using AdaptationEngine engine = straight.NewEngine();
        SampleContent[] samples = straight.NextSamples(Workbench.Batch * 5);
        AdaptationSession whole = straight.OpenSession();
        whole.Accept(samples);
        AdaptationSession parts = restarted.OpenSession();
        parts.Accept(samples);
        for (int step = 0; step < 5; step++)
        {
            Assert.Equal(StepOutcome.Adapted, whole.Step(engine, CancellationToken.None));

            // Neither saved nor told: as after a kill.
            parts = restarted.OpenSession();
            using AdaptationEngine fresh = restarted.NewEngine();
            Assert.Equal(StepOutcome.Adapted, parts.Step(fresh, CancellationToken.None));
        }

        // Replay draws included: the last versions are the same bytes.
        Assert.Equal(whole.ReadVersion(5), parts.ReadVersion(5));
        Assert.False(parts.HasBatch);
        Assert.Equal(5, parts.Snapshot().Counts.Steps);
        Assert.Equal(Workbench.Batch * 5, parts.Snapshot().Counts.Processed);
    }

    [Fact]
    public void Open_KilledBetweenSetAndCheckpoint_MakesTheSameVersionAgain()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch * 2));
        session.Step(engine, CancellationToken.None);
        string checkpoint = Path.Combine(bench.Folder, "default", "checkpoint.json");
        byte[] afterFirst = File.ReadAllBytes(checkpoint);
        session.Step(engine, CancellationToken.None);
        byte[] second = session.ReadVersion(2)!;
        File.WriteAllBytes(checkpoint, afterFirst);

        AdaptationSession resumed = bench.OpenSession();
        Assert.Equal(1, resumed.Version);
        Assert.Null(resumed.ReadVersion(2));
        Assert.True(resumed.HasBatch);
        resumed.Step(engine, CancellationToken.None);
        Assert.Equal(second, resumed.ReadVersion(2));
    }

    [Fact]
    public void Open_CheckpointDamaged_KeepsCountingVersionsAndQueuesWhatIsStored()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch));
        session.Step(engine, CancellationToken.None);
        string checkpoint = Path.Combine(bench.Folder, "default", "checkpoint.json");
        File.AppendAllText(checkpoint, "x");

        AdaptationSession resumed = bench.OpenSession();
        Assert.Equal(1, resumed.Version);
        Assert.Equal(StepOutcome.Adapted, resumed.Step(engine, CancellationToken.None));
        Assert.Equal(2, resumed.Version);
        Assert.True(File.Exists(checkpoint + ".damaged"));
    }

    [Fact]
    public void Step_TrainingDiverges_PublishesNothingAndKeepsTheLastGoodState()
    {
        using var bench = new Workbench();
        using var wild = new Workbench(Workbench.Options with { StudentLearningRate = 1e30f, MaximumAnswerShift = null });
        using AdaptationEngine engine = bench.NewEngine();
        using AdaptationEngine diverging = wild.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch * 4));
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));

        // The first wild step leaves finite but huge parameters, or none: neither may get out.
        Assert.Equal(StepOutcome.Diverged, session.Step(diverging, CancellationToken.None));
        Assert.Equal(1, session.Version);
        Assert.Null(session.ReadVersion(2));
        SessionSnapshot snapshot = session.Snapshot();
        Assert.Equal(1, snapshot.Counts.Diverged);
        Assert.NotNull(snapshot.RecentSteps[^1].Fault);
        Assert.Equal(Workbench.Batch * 2, snapshot.Queued);

        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        ParameterSet set = ParameterSetFile.FromBytes(session.ReadVersion(2));
        Assert.Equal(1, set.Manifest.Parent);
        Assert.All(set.Tensors.Values, t => Assert.All(t, v => Assert.InRange(v, -100, 100)));
    }

    [Fact]
    public void Step_ResultCannotBeStored_ThrowsAndRepeatsTheStepLater()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch));
        string obstacle = Path.Combine(bench.Folder, "default", "checkpoint.json" + DurableFile.UnfinishedExtension);
        Directory.CreateDirectory(obstacle);
        Assert.ThrowsAny<Exception>(() => session.Step(engine, CancellationToken.None));
        Assert.Equal(0, session.Version);
        Assert.True(session.HasBatch);
        Assert.Null(session.ReadVersion(1));
        Directory.Delete(obstacle);
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        Assert.Equal(1, session.Version);
    }

    [Fact]
    public void Step_Cancelled_LeavesNoTrace()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch));
        Assert.ThrowsAny<OperationCanceledException>(() => session.Step(engine, new CancellationToken(canceled: true)));
        Assert.True(session.HasBatch);
        Assert.Equal(0, session.Version);
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
    }

    [Fact]
    public void Accept_MoreThanTheQueueHolds_DropsTheOldestAndCountsThem()
    {
        using var bench = new Workbench(keep: new AdaptationSessionOptions { QueueCapacity = 10 });
        AdaptationSession session = bench.OpenSession();
        SampleContent[] samples = bench.NextSamples(13);
        session.Accept(samples);
        SessionSnapshot snapshot = session.Snapshot();
        Assert.Equal((10, 3L, 10), (snapshot.Queued, snapshot.Counts.Dropped, snapshot.Retained));
        Assert.Equal(10, bench.OpenSession().Snapshot().Queued);

        // Sent again because its acknowledgement was lost: it was here.
        session.Accept([samples[0]]);
        Assert.Equal((10, 13L, 1L), (session.Snapshot().Queued, session.Snapshot().Counts.Stored, session.Snapshot().Counts.Duplicates));
    }

    [Fact]
    public void Accept_SampleThatHadItsStep_IsADuplicate()
    {
        using var bench = new Workbench(Workbench.Options with { ReplayCapacity = 0 });
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        SampleContent[] samples = bench.NextSamples(Workbench.Batch);
        session.Accept(samples);
        session.Step(engine, CancellationToken.None);
        session = bench.OpenSession();
        session.Accept(samples);
        Assert.False(session.HasBatch);
        Assert.Equal(Workbench.Batch, session.Snapshot().Counts.Duplicates);
    }

    [Fact]
    public void Step_StoredSampleDamaged_TakesTheNextInItsPlace()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch + 1));
        string first = Directory.GetFiles(Path.Combine(bench.Folder, "default", "samples")).Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(first);
        bytes[^1] ^= 1;
        File.WriteAllBytes(first, bytes);
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        Assert.Equal((1L, 8L), (session.Snapshot().Counts.Damaged, session.Snapshot().Counts.Processed));
    }

    [Fact]
    public void Save_CountersOfTheTimeSinceTheLastStep_SurviveARestart()
    {
        using var bench = new Workbench();
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(3));
        session.CountRefusal(Core.Ingest.RefusalReason.Undecodable);
        session.Save();
        SessionCounts counts = bench.OpenSession().Snapshot().Counts;
        Assert.Equal((4L, 3L, 1L), (counts.Received, counts.Stored, counts.Refused["Undecodable"]));
    }
}
