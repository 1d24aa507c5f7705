namespace EdgeAdapt.Adaptation.Tests;

public sealed class DriftDetectorTests
{
    private const int Streams = 40;
    private const int Length = 5000;
    private const int JumpAt = 1000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Detectors_SteadyStreams_StayQuiet(bool skewed)
    {
        // 200,000 values: at most one false alarm in 100,000 is what docs/telemetry.md states for independent ones.
        (int pageHinkley, int adwin) = (0, 0);
        for (int seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            (int p, int a) = CountChanges(Enumerable.Range(0, Length).Select(_ => skewed ? Skewed(random) : Normal(random, 0.3)));
            (pageHinkley, adwin) = (pageHinkley + p, adwin + a);
        }

        Assert.InRange(pageHinkley, 0, 2);
        Assert.InRange(adwin, 0, 2);
    }

    [Theory]
    [InlineData(0.05, 150, 450)]
    [InlineData(0.1, 30, 120)]
    [InlineData(0.3, 8, 45)]
    public void Detectors_Jump_IsFoundWithItsMeans(double jump, int pageHinkleyDelay, int adwinDelay)
    {
        for (int seed = 0; seed < Streams; seed++)
        {
            foreach (int sign in new[] { 1, -1 })
            {
                var random = new Random(seed);
                double[] values = [.. Enumerable.Range(0, 2 * JumpAt).Select(i => Normal(random, 0.5 + (i < JumpAt ? 0 : sign * jump)))];
                ChangeDirection direction = sign > 0 ? ChangeDirection.Rise : ChangeDirection.Fall;
                AssertFound(values, new PageHinkley(new PageHinkleyOptions()).Update, direction, pageHinkleyDelay, jump);
                AssertFound(values, new Adwin(new AdwinOptions()).Update, direction, adwinDelay, jump);
            }
        }
    }

    [Fact]
    public void PageHinkley_OneOddValue_IsNoChange()
    {
        var random = new Random(1);
        var test = new PageHinkley(new PageHinkleyOptions());
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(test.Update(i % 300 == 299 ? 1 : Normal(random, 0.2)));
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void PageHinkley_NotFinite_IsLeftOut(double value)
    {
        var test = new PageHinkley(new PageHinkleyOptions());
        test.Update(0.25);
        Assert.Null(test.Update(value));
        Assert.Equal(1, test.Count);
        Assert.Equal(0.25, test.Mean);
    }

    [Fact]
    public void Adwin_ValuesBeyondItsBound_AreCutAndNaNIsLeftOut()
    {
        var window = new Adwin(new AdwinOptions());
        foreach (double value in new[] { -3, 7, double.NaN, double.PositiveInfinity })
        {
            window.Update(value);
        }

        Assert.Equal(3, window.Width);
        Assert.Equal(2.0 / 3, window.Mean, 1e-12);
    }

    [Fact]
    public void Detectors_Nothing_HaveNoMean()
    {
        Assert.Equal(double.NaN, new PageHinkley(new PageHinkleyOptions()).Mean);
        Assert.Equal(double.NaN, new Adwin(new AdwinOptions()).Mean);
        Assert.Equal(double.NaN, new Adwin(new AdwinOptions()).Variance);
    }

    [Fact]
    public void Detectors_StateCarriedOver_GoOnAsOne()
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, 2000).Select(i => Normal(random, i < 1500 ? 0.3 : 0.4))];
        (PageHinkley test, Adwin window) = (new PageHinkley(new PageHinkleyOptions()), new Adwin(new AdwinOptions()));
        (PageHinkley restarted, Adwin reopened) = (new PageHinkley(new PageHinkleyOptions()), new Adwin(new AdwinOptions()));
        for (int i = 0; i < values.Length; i++)
        {
            if (i == 1503)
            {
                restarted.State = test.State;
                reopened.State = window.State;
            }

            (ChangePoint? expected, ChangePoint? cut) = (test.Update(values[i]), window.Update(values[i]));
            if (i >= 1503)
            {
                Assert.Equal(expected, restarted.Update(values[i]));
                ChangePoint? after = reopened.Update(values[i]);
                Assert.Equal(cut is null, after is null);
                Assert.Equal(window.Width, reopened.Width);
                Assert.Equal(window.Mean, reopened.Mean, 1e-9);
            }
        }
    }

    [Fact]
    public void State_NoSeriesGivesIt_IsRefused()
    {
        var test = new PageHinkley(new PageHinkleyOptions());
        PageHinkleyState good = test.State;
        Assert.Throws<ArgumentException>(() => test.State = good with { Count = -1 });
        Assert.Throws<ArgumentException>(() => test.State = good with { Squares = -1e-9 });
        Assert.Throws<ArgumentException>(() => test.State = good with { Mean = double.NaN });
        Assert.Throws<ArgumentException>(() => test.State = good with { Count = 5, RiseCount = 5 });
        var window = new Adwin(new AdwinOptions { Buckets = 2 });
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, [new(0, 0.5, 0), new(1, 0.5, 0)]));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, [new(0, 0.5, 0), new(0, 0.5, 0), new(0, 0.5, 0)]));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, [new(0, 1.5, 0)]));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, [new(48, 1.5, 0)]));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(-1, []));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, [new(0, 0.5, double.NaN)]));
        Assert.Throws<ArgumentException>(() => window.State = new AdwinState(0, null!));
    }

    [Fact]
    public void Update_MillionsOfValues_AllocatesNothingAndStaysSmall()
    {
        var random = new Random(3);
        (PageHinkley test, Adwin window) = (new PageHinkley(new PageHinkleyOptions()), new Adwin(new AdwinOptions()));
        double[] values = [.. Enumerable.Range(0, 4096).Select(_ => Normal(random, 0.3))];
        Feed(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed(250);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        // M buckets of each size, and sizes double: 1,000,000 values need 6 × 18 at most.
        Assert.True(window.Width > 900_000);
        Assert.InRange(window.State.Buckets.Count, 1, 6 * 18);

        void Feed(int rounds)
        {
            for (int i = 0; i < rounds * values.Length; i++)
            {
                test.Update(values[i % values.Length]);
                window.Update(values[i % values.Length]);
            }
        }
    }

    [Fact]
    public void Options_OutsideTheirRange_AllFaultsAreNamed()
    {
        var pageHinkley = new PageHinkleyOptions { WarmUp = 7, Tolerance = -1, Threshold = 0, LargestDeviation = -1, SmallestSpread = 0 };
        Assert.Equal(5, pageHinkley.FindFaults().Count);
        Assert.Throws<ArgumentException>(() => new PageHinkley(pageHinkley));
        var adwin = new AdwinOptions { Confidence = 1, Buckets = 1, Clock = 0, SmallestSide = 0 };
        Assert.Equal(4, adwin.FindFaults().Count);
        Assert.Throws<ArgumentException>(() => new Adwin(adwin));
        Assert.Empty(new PageHinkleyOptions { WarmUp = 8, Tolerance = 0 }.FindFaults());
        Assert.Empty(new AdwinOptions { Buckets = 64, Clock = 1, SmallestSide = 1 }.FindFaults());
    }

    private static void AssertFound(double[] values, Func<double, ChangePoint?> update, ChangeDirection direction, int delay, double jump)
    {
        for (int i = 0; i < JumpAt; i++)
        {
            Assert.Null(update(values[i]));
        }

        for (int i = JumpAt; i < JumpAt + delay; i++)
        {
            if (update(values[i]) is { } change)
            {
                Assert.Equal(direction, change.Direction);
                Assert.Equal(0.5, change.Before, 0.02);
                Assert.InRange(Math.Abs(change.After - change.Before), 0, 1.5 * jump);
                return;
            }
        }

        Assert.Fail($"A jump of {jump} was not found within {delay} values.");
    }

    private static (int PageHinkley, int Adwin) CountChanges(IEnumerable<double> values)
    {
        (PageHinkley test, Adwin window) = (new PageHinkley(new PageHinkleyOptions()), new Adwin(new AdwinOptions()));
        (int found, int cut) = (0, 0);
        foreach (double value in values)
        {
            found += test.Update(value) is null ? 0 : 1;
            cut += window.Update(value) is null ? 0 : 1;
        }

        return (found, cut);
    }

    private static double Normal(Random random, double mean) =>
        Math.Clamp(mean + (0.05 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())), 0, 1);

    /// <summary>Most answers certain, a few not: what blocks of 8 entropies of a good classifier look like.</summary>
    private static double Skewed(Random random) => Enumerable.Range(0, 8).Average(_ => Math.Pow(random.NextDouble(), 8));
}
