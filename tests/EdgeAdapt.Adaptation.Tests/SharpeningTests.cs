using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class SharpeningTests
{
    [Fact]
    public void Adapt_SharpenedByAHalf_TeachesWhatATeacherOfTwiceTheLogitsTeaches()
    {
        float[] sharpened = Train(1, 0.5), twice = Train(2, 1), plain = Train(1, 1);
        Assert.All(sharpened.Zip(twice), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Contains(sharpened.Zip(plain), pair => Math.Abs(pair.First - pair.Second) > 1e-3f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void FindFaults_SharpeningOutsideItsDomain_NamesIt(double sharpening) =>
        Assert.Contains(nameof(CemaOptions.Sharpening), Assert.Single(new CemaOptions { Sharpening = sharpening }.FindFaults()), StringComparison.Ordinal);

    private static float[] Train(float logitScale, double sharpening)
    {
        var options = new CemaOptions { CloudBatch = 8, Sharpening = sharpening, AdaptTeacher = false, StudentLearningRate = 1, Start = StatisticsStart.Source };
        using var adapter = new CloudAdapter(
            NormalizationModel.Of(TinyNetwork.Create(seed: 1)), NormalizationModel.Of(TinyNetwork.Create(seed: 2, width: 9, logitScale)), options);
        FloatTensor images = TinyNetwork.Images(8, seed: 3);
        for (int i = 0; i < images.Count; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", images.Sample(i).ToArray()));
        }

        Assert.Equal(AdaptationOutcome.Trained, Assert.Single(adapter.Adapt()).Outcome);
        return [.. adapter.StudentParameters.SelectMany(p => p.Scale.Concat(p.Bias))];
    }
}
