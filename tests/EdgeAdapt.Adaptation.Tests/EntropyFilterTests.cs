using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class EntropyFilterTests
{
    private const int Classes = 10;
    private static readonly float LogClasses = MathF.Log(Classes);

    [Fact]
    public void Select_StaticThresholds_KeepsStrictlyBetweenThem()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = null }, Classes);
        float maximum = (float)filter.MaximumEntropy!.Value;
        float minimum = (float)filter.MinimumEntropy!.Value;
        Assert.Equal(0.4 * Math.Log(10), filter.MaximumEntropy.Value, 1e-12);
        Assert.Equal([1, 3], filter.Select([MathF.BitIncrement(maximum), MathF.BitDecrement(maximum) - 1e-6f, MathF.BitDecrement(minimum), minimum + 1e-6f]));
    }

    [Fact]
    public void Select_AfterWarmUp_FollowsTheMeanEntropyOfTheWholeStream()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 4, Lambda = 0.5 }, Classes);
        filter.Select([1f, 1f, 1f]);
        Assert.Equal(0.4 * LogClasses, filter.MaximumEntropy!.Value, 1e-6);

        // The batch that ends the warm-up sets the reference: the mean of all five is 1.2, and the ratio starts at 1.
        filter.Select([1.5f, 1.5f]);
        Assert.Equal(0.5 * 0.4 * LogClasses, filter.MaximumEntropy!.Value, 1e-6);

        // (6 + 5 · 0.2) / 10 = 0.7 judges this very batch.
        double expected = 0.5 * 0.4 * LogClasses * 0.7 / 1.2;
        IReadOnlyList<int> kept = filter.Select([0.2f, 0.2f, 0.2f, 0.2f, 0.2f]);
        Assert.Equal(expected, filter.MaximumEntropy!.Value, 1e-6);
        Assert.Equal(5, kept.Count);
    }

    [Fact]
    public void MaximumEntropy_MayNotRise_StaysAtItsStartAndStillFalls()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 2, MayRise = false }, 10);
        double start = filter.MaximumEntropy!.Value;
        filter.Select([0.1f, 0.1f]);
        filter.Select([2f, 2f]);
        Assert.Equal(start, filter.MaximumEntropy!.Value, 12);

        filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 2, MayRise = false }, 10);
        filter.Select([2f, 2f]);
        filter.Select([1f, 1f]);
        Assert.Equal(start * 0.75, filter.MaximumEntropy!.Value, 12);
    }

    [Fact]
    public void Select_NaNEntropy_IsNeitherKeptNorCounted()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions(), 2);
        IReadOnlyList<int> kept = filter.Select(new FloatTensor([float.NaN, 0, 2, 0], 2, 2));
        Assert.Empty(kept);
        Assert.Equal(1, filter.Samples);
        Assert.True(double.IsFinite(filter.State.EntropySum));
    }

    [Fact]
    public void Select_NothingLearntFromCertainty_KeepsTheThreshold()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 2 }, Classes);
        Assert.Empty(filter.Select([0f, 0f, 0f]));
        Assert.Equal([0], filter.Select([0.5f]));
    }

    [Fact]
    public void Select_WithoutMargins_KeepsEverything()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { EntropyHighMargin = null, EntropyLowMargin = null }, Classes);
        Assert.Equal([0, 1], filter.Select([0f, LogClasses]));
        Assert.Null(filter.MaximumEntropy);
        Assert.Empty(filter.Select(ReadOnlySpan<float>.Empty));
    }

    [Fact]
    public void State_SetOnANewFilter_ContinuesTheStream()
    {
        var first = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 2 }, Classes);
        first.Select([0.5f, 0.7f]);
        var second = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = 2 }, Classes) { State = first.State };
        Assert.Equal(first.Select([0.9f, 1.1f]), second.Select([0.9f, 1.1f]));
        Assert.Equal(first.State, second.State);
        Assert.Throws<ArgumentException>(() => second.State = new EntropyFilterState(3, double.NaN, null));
    }

    [Theory]
    [InlineData(0.0, 0.0, 1, 1.0, "EntropyHighMargin")]
    [InlineData(1.01, 0.0, 1, 1.0, "EntropyHighMargin")]
    [InlineData(0.4, -0.01, 1, 1.0, "EntropyLowMargin")]
    [InlineData(0.4, 0.4, 1, 1.0, "EntropyLowMargin")]
    [InlineData(0.4, 0.0, 0, 1.0, "WarmUpSamples")]
    [InlineData(0.4, 0.0, 1, 0.0, "Lambda")]
    [InlineData(0.4, 0.0, 1, double.NaN, "Lambda")]
    public void FindFaults_OutOfRange_NamesTheOption(double high, double low, int warmUp, double lambda, string option)
    {
        var options = new EntropyFilterOptions { EntropyHighMargin = high, EntropyLowMargin = low, WarmUpSamples = warmUp, Lambda = lambda };
        Assert.Contains(options.FindFaults(), f => f.StartsWith(option, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new EntropyFilter(options, Classes));
    }

    [Fact]
    public void FindFaults_AtTheLimits_IsEmpty() =>
        Assert.Empty(new EntropyFilterOptions { EntropyHighMargin = 1, EntropyLowMargin = 0, WarmUpSamples = 1, Lambda = 1e-3 }.FindFaults());
}
