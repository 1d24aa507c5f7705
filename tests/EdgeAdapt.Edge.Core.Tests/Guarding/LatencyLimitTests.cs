using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>
/// The limit on the time of an answer, by itself: a set that is right and slow. Parameters alone do not make a session slow, so here the same parameters answer on both sides
/// and the clock says how long each took.
/// </summary>
public sealed class LatencyLimitTests
{
    private const int Step = SetTrial.Step;

    [Theory]
    [InlineData(10, 31, true)]
    [InlineData(10, 30, false)]
    [InlineData(10, 10, false)]
    [InlineData(10, 1, false)]
    [InlineData(0.5, 2.4, false)]
    [InlineData(0.5, 2.6, true)]
    public void Judge_MedianAnswer_FailsAboveTheFactorAndWhatCanBeNoticed(double good, double now, bool fails) =>
        Expect(fails, Enumerable.Repeat(good, Step), Enumerable.Repeat(now, Step));

    [Fact]
    public void Judge_FewSlowAnswers_AreTheSchedulersAndNotTheSets() =>
        Expect(false, Enumerable.Repeat(5.0, Step), [500, 500, 500, 5, 5, 5, 5, 5]);

    [Fact]
    public void Judge_MostAnswersSlow_Fails() =>
        Expect(true, Enumerable.Repeat(5.0, Step), [5, 5, 5, 500, 500, 500, 500, 500]);

    [Fact]
    public void Judge_SlowInTheSecondStep_FailsByTheMedianOfBoth()
    {
        // 8 of 5 ms, then 8 of 100 ms: the median of the window is above the limit when the later half is.
        using Setup setup = new([.. Durations(Enumerable.Repeat(5.0, 2 * Step), [.. Enumerable.Repeat(5.0, Step), .. Enumerable.Repeat(100.0, Step)])], window: 32);
        Assert.Equal(TrialState.Open, setup.Judge(out string? fault));
        Assert.Null(fault);
        Assert.Equal(TrialState.Failed, setup.Judge(out fault));
        Assert.Contains("--guard-slowdown", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OtherFactor_MovesTheLimit()
    {
        using Setup setup = new([.. Durations(Enumerable.Repeat(10.0, Step), Enumerable.Repeat(31.0, Step))], window: Step, slowdown: 4);
        Assert.Equal(TrialState.Passed, setup.Judge(out _));
    }

    private static void Expect(bool fails, IEnumerable<double> good, IEnumerable<double> now)
    {
        using Setup setup = new([.. Durations(good, now)], window: Step);
        TrialState state = setup.Judge(out string? fault);
        Assert.Equal(fails ? TrialState.Failed : TrialState.Passed, state);
        Assert.Equal(fails, fault is not null);
        if (fails)
        {
            Assert.Contains("--guard-slowdown", fault, StringComparison.Ordinal);
            Assert.Contains("ms", fault, StringComparison.Ordinal);
        }
    }

    /// <summary>The last good set's and the new one's answers are timed in turn.</summary>
    private static IEnumerable<double> Durations(IEnumerable<double> good, IEnumerable<double> now) => good.Zip(now).SelectMany(pair => new[] { pair.First, pair.Second });

    /// <summary>A clock on which the n-th thing that is timed takes the n-th duration.</summary>
    private sealed class TimedRuns(double[] milliseconds) : TimeProvider
    {
        private int _reads;
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            int read = _reads++;
            _now += read % 2 == 0 ? 0 : (long)(milliseconds[read / 2] * TimeSpan.TicksPerMillisecond);
            return _now;
        }
    }

    private sealed class Setup : IDisposable
    {
        private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 64).Frames);
        private readonly ActiveModel _active = new(Tiny.Model, Tiny.Parameters(3), 3, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
        private readonly ModelLease _good;
        private readonly SetTrial _trial;
        private int _next;

        public Setup(double[] milliseconds, int window, double slowdown = 3)
        {
            _good = _active.Acquire();
            var guard = new RolloutGuardOptions { Window = window, CanaryFrames = 0, MaximumSlowdown = slowdown };
            var form = new PixelForm(new Datasets.Normalization([0, 0, 0], [1, 1, 1]), TinyImages.Size, TinyImages.Size);
            var canary = new Canary(new CanaryFrames(0, form), form, Tiny.ImageShape, () => guard);
            _trial = new SetTrial(3, _active, _good, canary, Tiny.ImageShape, guard, new TimedRuns(milliseconds));
        }

        /// <summary>Observes as many frames as are judged at once, and judges them.</summary>
        public TrialState Judge(out string? fault)
        {
            for (int i = 0; i < Step; i++)
            {
                float[] image = Images.Sample(_next++).ToArray();
                using ModelLease lease = _active.Acquire();
                _trial.Observe(image, AnswerSample.Of(lease.Run(new FloatTensor(image, 1, 3, TinyImages.Size, TinyImages.Size)).Values), 3);
            }

            Assert.True(_trial.IsDue);
            return _trial.Judge(out fault);
        }

        public void Dispose()
        {
            _good.Dispose();
            _active.Dispose();
        }
    }
}
