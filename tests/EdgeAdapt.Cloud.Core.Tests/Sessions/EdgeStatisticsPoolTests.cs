using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class EdgeStatisticsPoolTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly EdgeStatisticsPool _pool = new([new NormalizationLayer("bn", 0, 1, 1e-5f, "s", "b", "m", "v")], TimeSpan.FromMinutes(10));

    [Fact]
    public void Combine_LatestReportOfADevice_ReplacesItsEarlierOne()
    {
        Assert.True(_pool.TryReport("a", Report(mean: 1, frames: 640)));
        Assert.True(_pool.TryReport("a", Report(mean: 5, frames: 640)));
        Assert.Equal(5, _pool.Combine(Start)![0].Mean[0]);
    }

    [Fact]
    public void Combine_DeviceWithFewFrames_WeighsLess()
    {
        _pool.TryReport("a", Report(mean: 0, frames: 640_000));
        _pool.TryReport("b", Report(mean: 10, frames: 160));
        Assert.Equal(2, _pool.Combine(Start)![0].Mean[0], 4);
    }

    [Fact]
    public void Combine_OldReport_NoLongerCounts()
    {
        _pool.TryReport("a", Report(mean: 1, frames: 640));
        Assert.NotNull(_pool.Combine(Start + TimeSpan.FromMinutes(10)));
        Assert.Null(_pool.Combine(Start + TimeSpan.FromMinutes(10.1)));
    }

    [Theory]
    [InlineData(float.NaN, 1, 1)]
    [InlineData(0, -0.1f, 1)]
    [InlineData(0, float.PositiveInfinity, 1)]
    [InlineData(0, 1, 0)]
    public void TryReport_UnusableValues_LeavesTheEarlierReport(float mean, float variance, long frames)
    {
        _pool.TryReport("a", Report(mean: 3, frames: 64));
        Assert.False(_pool.TryReport("a", new DeviceStatistics([new LayerStatistics([mean], [variance])], frames, Start)));
        Assert.Equal(3, _pool.Combine(Start)![0].Mean[0]);
    }

    [Fact]
    public void TryReport_OtherShape_IsRefused()
    {
        Assert.False(_pool.TryReport("a", new DeviceStatistics([], 1, Start)));
        Assert.False(_pool.TryReport("a", new DeviceStatistics([new LayerStatistics([1, 2], [1, 1])], 1, Start)));
    }

    private static DeviceStatistics Report(float mean, long frames) => new([new LayerStatistics([mean], [1])], frames, Start);
}
