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
    public void Run_Profiled_CountsTheNetworksConvolutionsAndNothingElseAsTheFloor()
    {
        StepTiming timing = StepBenchmark.Run(NormalizationModel.Of(Models.Around()), batch: 2, steps: 1, profile: true);

        StepProfile profile = timing.Profile!;
        Assert.Contains(profile.Operators, o => o.Operator.EndsWith("Conv", StringComparison.Ordinal));
        Assert.Equal(profile.Operators.OrderByDescending(o => o.Seconds), profile.Operators);
        Assert.All(profile.Operators, o => Assert.True(o.Calls > 0 && o.Seconds >= 0));
        Assert.InRange(profile.FloorSeconds, 0, profile.Operators.Sum(o => o.Seconds));
        Assert.True(timing.PeakMemoryBytes is null or > 0);
    }

    [Fact]
    public void Read_NoRunInTheProfile_IsRefused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """[{"cat":"Session","name":"session_initialization","ts":1,"dur":2}]""");

            Assert.Contains("no run", Assert.Throws<InvalidDataException>(() => StepProfile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_TwoRuns_TakesTheLastAndLeavesChannelScalingOutOfTheFloor()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                [{"cat":"Session","name":"model_run","ts":10,"dur":5},
                 {"cat":"Node","name":"a_kernel_time","ts":11,"dur":900,"args":{"op_name":"Conv","input_type_shape":[{"float":[1,2,4,4]},{"float":[8,2,3,3]}]}},
                 {"cat":"Session","name":"model_run","ts":100,"dur":50},
                 {"cat":"Node","name":"a_kernel_time","ts":101,"dur":7000,"args":{"op_name":"Conv","input_type_shape":[{"float":[1,2,4,4]},{"float":[8,2,3,3]}]}},
                 {"cat":"Node","name":"b_kernel_time","ts":102,"dur":500,"args":{"op_name":"Conv","input_type_shape":[{"float":[1,8,4,4]},{"float":[8,1,1,1]}]}},
                 {"cat":"Node","name":"c_kernel_time","ts":103,"dur":2000,"args":{"op_name":"FusedGemm","input_type_shape":[{"float":[1,8]},{"float":[8,3]}]}}]
                """);

            StepProfile profile = StepProfile.Read(path);

            Assert.Equal(0.009, profile.FloorSeconds, 9);
            Assert.Equal([new OperatorTime("Conv", 2, 0.0075), new OperatorTime("FusedGemm", 1, 0.002)], profile.Operators);
        }
        finally
        {
            File.Delete(path);
        }
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
