using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Onnx.Normalization;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Telemetry;

public sealed class DriftTelemetryTests(ITestOutputHelper output)
{
    private const int Classes = 10;
    private static readonly double LogClasses = Math.Log(Classes);
    private readonly ManualTime _time = new();

    [Fact]
    public void Snapshot_NothingObserved_IsEmpty()
    {
        DriftSnapshot snapshot = Create().Snapshot();
        Assert.Equal((0L, 0L, 0L), (snapshot.Total.Frames, snapshot.Current.Frames, snapshot.Changes));
        Assert.Equal(double.NaN, snapshot.Total.MeanEntropy);
        Assert.Null(snapshot.Last);
        Assert.Null(snapshot.Shift);
        Assert.Null(snapshot.Hellinger);
        Assert.Null(snapshot.ReferenceEntropy);
        Assert.Equal(Classes, snapshot.Total.Classes.Count);
    }

    [Fact]
    public void Observe_KnownAnswers_FallIntoTheirBinsWindowsAndClasses()
    {
        DriftTelemetry telemetry = Create(new DriftOptions { Window = 4 });
        (double Entropy, float Confidence, int Class)[] answers = [(0, 1, 0), (0.05, 0.5f, 1), (0.9999, 0.11f, 1), (1, 0.1f, 9), (0.5, 0.6f, 2)];
        foreach ((double entropy, float confidence, int answered) in answers)
        {
            telemetry.Observe(new AnswerSample(answered, (float)(entropy * LogClasses), confidence), 3);
        }

        DriftSnapshot snapshot = telemetry.Snapshot();
        DriftWindow last = snapshot.Last!;
        Assert.Equal((4L, 1L, 5L), (last.Frames, snapshot.Current.Frames, snapshot.Total.Frames));
        Assert.Equal([1, 1, .. new long[17], 2], last.Entropy);
        Assert.Equal([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1], last.Confidence);
        Assert.Equal([1, 2, 0, 0, 0, 0, 0, 0, 0, 1], last.Classes);
        Assert.Equal(answers.Take(4).Average(a => a.Entropy), last.MeanEntropy, 1e-6);
        Assert.Equal(answers.Take(4).Average(a => a.Confidence), last.MeanConfidence, 1e-6);
        Assert.Equal(1, snapshot.Current.Entropy[10]);
        Assert.Equal(answers.Average(a => a.Entropy), snapshot.Total.MeanEntropy, 1e-6);
        Assert.Equal([1, 2, 1, 0, 0, 0, 0, 0, 0, 1], snapshot.Total.Classes);
    }

    [Fact]
    public void Observe_EntropyJumps_IsOneChangeForTheOperatorWithItsNumbers()
    {
        DriftTelemetry telemetry = Create();
        List<DetectedChange> raised = [];
        telemetry.ChangeDetected += raised.Add;
        var random = new Random(5);
        Feed(telemetry, random, 4000, 0.15, 7);
        Assert.Empty(raised);
        Assert.InRange(telemetry.Snapshot().ReferenceEntropy!.Value, 0.13, 0.17);

        // Page-Hinkley finds it first, ADWIN afterwards in several pieces: all that is one change of the world.
        Feed(telemetry, random, 3000, 0.45, 7);
        DetectedChange change = Assert.Single(raised);
        Assert.Equal((1L, DriftDetector.PageHinkley, ChangeDirection.Rise, 7L, false), (change.Number, change.Detector, change.Direction, change.ParameterVersion, change.ParametersChanged));
        Assert.InRange(change.Frame, 4001, 4100);
        Assert.InRange(change.Began, change.Frame - 4000 - 16, change.Frame - 4000 + 16);
        Assert.Equal(0.15, change.Before, 0.02);
        Assert.Equal(0.45, change.After, 0.05);
        Assert.Equal(_time.GetUtcNow(), change.Time);

        Feed(telemetry, random, 3000, 0.15, 7);
        Assert.Equal(2, raised.Count);
        Assert.Equal(ChangeDirection.Fall, raised[1].Direction);
        Assert.Equal(raised, telemetry.Snapshot().RecentChanges);
        Assert.Equal(2, telemetry.Snapshot().Changes);
    }

    [Fact]
    public void Observe_SteadyStream_RaisesNothing()
    {
        DriftTelemetry telemetry = Create();
        Feed(telemetry, new Random(6), 200_000, 0.2, 1);
        Assert.Equal(0, telemetry.Snapshot().Changes);
        Assert.InRange(telemetry.Snapshot().AdaptiveWindowFrames, 199_000, 200_000);
    }

    [Fact]
    public void Observe_EntropyFallsWithANewSet_SaysThatTheParametersChanged()
    {
        DriftTelemetry telemetry = Create();
        List<DetectedChange> raised = [];
        telemetry.ChangeDetected += raised.Add;
        var random = new Random(5);
        Feed(telemetry, random, 3000, 0.5, 1);
        Feed(telemetry, random, 1000, 0.2, 2);
        DetectedChange change = Assert.Single(raised);
        Assert.Equal((2L, true), (change.ParameterVersion, change.ParametersChanged));
    }

    [Fact]
    public void Observe_Statistics_GiveTheDistanceOfEachLayer()
    {
        DriftTelemetry telemetry = Create();
        LayerStatistics[] moved = [.. Tiny.Model.Source.Select(s => new LayerStatistics([.. s.Mean.Zip(s.Variance, (m, v) => m + MathF.Sqrt(v))], s.Variance))];
        telemetry.Observe(Statistics(moved), changed: false);
        DriftSnapshot snapshot = telemetry.Snapshot();
        Assert.Equal(Tiny.Model.Layers.Select(l => l.Name), snapshot.Layers.Select(l => l.Layer));
        Assert.InRange(snapshot.Shift!.Value, 0.95, 1);
        Assert.InRange(snapshot.Hellinger!.Value, 0.3, 0.36);
        Assert.Equal(0, snapshot.Changes);

        telemetry.Observe(Statistics(moved), changed: true);
        DetectedChange change = Assert.Single(telemetry.Snapshot().RecentChanges);
        Assert.Equal((DriftDetector.LayerInputs, ChangeDirection.None), (change.Detector, change.Direction));
        Assert.Equal(double.NaN, change.Before);
    }

    [Fact]
    public void Snapshot_ManyChanges_KeepsTheLast32AndCountsAll()
    {
        DriftTelemetry telemetry = Create();
        DeviceStatistics statistics = Statistics([.. Tiny.Model.Source.Select(s => new LayerStatistics(s.Mean, s.Variance))]);
        for (int i = 0; i < 40; i++)
        {
            telemetry.Observe(statistics, changed: true);
        }

        DriftSnapshot snapshot = telemetry.Snapshot();
        Assert.Equal(40, snapshot.Changes);
        Assert.Equal(Enumerable.Range(9, 32).Select(n => (long)n), snapshot.RecentChanges.Select(c => c.Number));
    }

    [Fact]
    public void Observe_AFrame_AllocatesNothing()
    {
        DriftTelemetry telemetry = Create(classes: 1000);
        var sample = new AnswerSample(999, 1.25f, 0.5f);
        Feed(10_000);
        long start = TimeProvider.System.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed(1_000_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / 1_000_000:0} ns a frame.");

        void Feed(int frames)
        {
            for (int i = 0; i < frames; i++)
            {
                telemetry.Observe(sample, 1);
            }
        }
    }

    [Fact]
    public async Task Snapshot_WhileFramesCome_IsConsistent()
    {
        DriftTelemetry telemetry = Create(new DriftOptions { Window = 100 });
        Task frames = Task.Run(() => Feed(telemetry, new Random(1), 200_000, 0.3, 1));
        int looks = 0;
        while (!frames.IsCompleted)
        {
            DriftSnapshot snapshot = telemetry.Snapshot();
            Assert.Equal(snapshot.Total.Frames, snapshot.Total.Entropy.Sum());
            Assert.Equal(snapshot.Current.Frames, snapshot.Current.Classes.Sum());
            Assert.Equal(snapshot.Total.Frames % 100, snapshot.Current.Frames);
            looks++;
        }

        await frames;
        Assert.InRange(looks, 1, int.MaxValue);
    }

    [Fact]
    public void Faults_OutsideTheirRange_AreAllNamedWithTheirFlags()
    {
        Assert.Empty(new DriftOptions { Window = 1, Block = 1, ReportPeriod = TimeSpan.FromSeconds(1) }.Faults());
        Assert.Empty(new DriftOptions { Window = 1_000_000, Block = 4096, ReportPeriod = TimeSpan.FromDays(1) }.Faults());
        IReadOnlyList<string> faults = new DriftOptions
        {
            Window = 0, Block = 4097, ReportPeriod = TimeSpan.FromSeconds(0.9), PageHinkley = new() { Threshold = 0 }, Adwin = new() { Clock = 0 },
        }.Faults();
        Assert.Equal(5, faults.Count);
        Assert.Contains("--drift-window", faults[0], StringComparison.Ordinal);
        Assert.Contains("--drift-block", faults[1], StringComparison.Ordinal);
        Assert.Contains("--telemetry-period", faults[2], StringComparison.Ordinal);
    }

    private static DeviceStatistics Statistics(LayerStatistics[] layers) => new(new StatisticsMemory(layers, 64, layers, 64, [], 0), layers, 1, 64);

    private static void Feed(DriftTelemetry telemetry, Random random, int frames, double mean, long version)
    {
        for (int i = 0; i < frames; i++)
        {
            // Uniform between 0 and twice the mean: as wide as entropies are.
            telemetry.Observe(new AnswerSample(random.Next(Classes), (float)(2 * mean * random.NextDouble() * LogClasses), 0.5f), version);
        }
    }

    private DriftTelemetry Create(DriftOptions? options = null, int classes = Classes) => new(options ?? new DriftOptions { Block = 8 }, classes, Tiny.Model, _time);
}
