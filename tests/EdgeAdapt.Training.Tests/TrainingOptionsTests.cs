namespace EdgeAdapt.Training.Tests;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Validate_SeveralFaults_NamesAll()
    {
        string message = Assert.Throws<ArgumentException>(() => new TrainingOptions { Epochs = 0, Batch = 1, LearningRate = double.NaN, Momentum = 1 }.Validate()).Message;
        Assert.All(["Epochs", "Batch", "LearningRate", "Momentum"], name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void RateAt_Cosine_FallsFromFullToNothing()
    {
        var options = new TrainingOptions { LearningRate = 0.2 };
        Assert.Equal(0.2, options.RateAt(0, 100), 12);
        Assert.Equal(0.1, options.RateAt(50, 100), 12);
        Assert.Equal(0, options.RateAt(100, 100), 12);
    }

    [Theory]
    [InlineData(49, 1.0)]
    [InlineData(50, 0.1)]
    [InlineData(75, 0.01)]
    public void RateAt_Step_FallsByTenAtHalfAndThreeQuarters(int step, double rate) =>
        Assert.Equal(rate, new TrainingOptions { LearningRate = 1, Schedule = LearningRateSchedule.Step }.RateAt(step, 100), 12);

    [Theory]
    [InlineData(10)]
    [InlineData(2)]
    public void Build_DepthThatNoNetworkHas_IsRefused(int depth) =>
        Assert.Contains("6n + 2", Assert.Throws<ArgumentException>(() => ResidualNetwork.Build(depth, 4, 2, 1, 8, 8)).Message, StringComparison.Ordinal);

    [Fact]
    public void Update_TwoBatches_BlendsUnbiasedVariance()
    {
        var layer = new Onnx.Normalization.LayerParameters([1], [0], [0], [1]);
        Onnx.Normalization.LayerParameters after = RunningStatistics.Update(layer, new Onnx.Normalization.LayerStatistics([2], [3]), 4, 0.1);
        Assert.Equal(0.2f, after.Mean[0], 6);
        Assert.Equal(0.9f + (0.1f * 4), after.Variance[0], 6);
    }
}
