using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Gradients.Tests;

public sealed class StepBenchmarkTests
{
    [Fact]
    public void Run_SteppingClock_ReportsEveryStepAndTheirMedian()
    {
        // The clock gains one second more at each reading: build 1 s, then steps of 3, 5 and 7 s.
        StepTiming timing = StepBenchmark.Run(NormalizationModel.Of(Models.Around()), batch: 2, steps: 3, time: new GainingClock());

        Assert.Equal(2, timing.Batch);
        Assert.Equal(1, timing.BuildSeconds);
        Assert.Equal([3, 5, 7], timing.StepSeconds);
        Assert.Equal(5, timing.MedianSeconds);
    }

    [Fact]
    public void Run_OpenImageSize_IsRefused() => Assert.Contains("Export it with both fixed", Assert.Throws<OnnxModelException>(
        () => StepBenchmark.Run(NormalizationModel.Of(Models.Around(shape: [-1, 2, -1, -1])))).Message, StringComparison.Ordinal);

    private sealed class GainingClock : TimeProvider
    {
        private long _readings;
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += _readings++;
    }
}
