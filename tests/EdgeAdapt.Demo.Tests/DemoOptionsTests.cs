namespace EdgeAdapt.Demo.Tests;

public sealed class DemoOptionsTests
{
    [Fact]
    public void Faults_Defaults_HaveNone() => Assert.Empty(new DemoOptions().Faults());

    [Fact]
    public void Faults_ManyAtOnce_AreAllNamed()
    {
        var options = new DemoOptions { DataFolder = "/nowhere/data", Student = "/nowhere/s.onnx", Mean = "0.5", Rate = 0, FramesPerPhase = 9, Seed = -1 };
        string[] starts = ["--data needs", "--mean and --std", "--data: there is no folder '/nowhere/data'", "--student: there is no file", "--rate is 0", "--frames-per-phase is 9", "--seed is -1"];
        Assert.Equal(starts.Length, options.Faults().Count);
        Assert.All(starts.Zip(options.Faults()), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_ModelsWithoutData_SaysWhatGoesTogether() =>
        Assert.StartsWith("--student and --teacher go with --data", new DemoOptions { Student = typeof(DemoOptionsTests).Assembly.Location }.Faults()[0], StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN, false)]
    [InlineData(0.01, true)]
    [InlineData(1000, true)]
    [InlineData(1000.1, false)]
    public void Faults_Rate_HasLimits(double rate, bool valid) => Assert.Equal(valid, new DemoOptions { Rate = rate }.Faults().Count == 0);

    [Theory]
    [InlineData(10, true)]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void Faults_FramesPerPhase_HasLimits(int frames, bool valid) =>
        Assert.Equal(valid, new DemoOptions { FramesPerPhase = frames }.Faults().Count == 0);
}
