using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class LogarithmicPoolTests
{
    /// <summary>By hand: softmax(2, 0) has log p₁ − log p₂ = 2, softmax(−6, 0) has −6; a quarter of the second leaves 0.75 · 2 − 0.25 · 6 = 0.</summary>
    [Fact]
    public void Combine_TwoClasses_WeightsTheLogarithms()
    {
        FloatTensor pooled = LogarithmicPool.Combine(new FloatTensor([102, 100], 1, 2), new FloatTensor([-6, 0], 1, 2), 0.25);
        Assert.Equal(0, pooled.Values[0] - pooled.Values[1], 1e-5);
    }

    [Fact]
    public void Combine_OneAnswerNotFinite_KeepsTheOther()
    {
        FloatTensor pooled = LogarithmicPool.Combine(
            new FloatTensor([float.NaN, 0, 1, 2], 2, 2), new FloatTensor([3, 4, float.PositiveInfinity, 0], 2, 2), 0.5);
        Assert.Equal([3f, 4, 1, 2], pooled.Values);
    }

    /// <summary>A class that neither thinks possible keeps a finite logarithm: the losses would turn to NaN otherwise.</summary>
    [Fact]
    public void Combine_ImpossibleClass_StaysFinite()
    {
        FloatTensor certain = new([1000, 0], 1, 2);
        Assert.All(LogarithmicPool.Combine(certain, certain, 0.5).Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Adapt_TeacherIsTheSourceItself_TeachesTheSameAtAnyShare()
    {
        // Both models are one and the same network: what is pooled from equal answers is that answer.
        float[] alone = Train(seed: 1, 0), pooled = Train(seed: 1, 0.5);
        Assert.All(alone.Zip(pooled), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Adapt_AnotherTeacher_TheSourcePullsTheLessonBack()
    {
        float[] source = [.. NormalizationModel.Of(TinyNetwork.Create(seed: 1)).Source.SelectMany(p => p.Scale.Concat(p.Bias))];
        double Distance(float[] trained) => trained.Zip(source, (a, b) => (double)(a - b) * (a - b)).Sum();
        Assert.True(Distance(Train(seed: 2, 0.9)) < Distance(Train(seed: 2, 0)));
    }

    private static float[] Train(int seed, double share)
    {
        var options = new CemaOptions { CloudBatch = 8, SourceShare = share, Alpha = 0, Gamma = 0, AdaptTeacher = false, Start = StatisticsStart.Source };
        using var adapter = new CloudAdapter(
            NormalizationModel.Of(TinyNetwork.Create(seed: 1)), NormalizationModel.Of(TinyNetwork.Create(seed, width: 5)), options);
        FloatTensor images = TinyNetwork.Images(8, seed: 3);
        for (int i = 0; i < images.Count; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", images.Sample(i).ToArray()));
        }

        Assert.Equal(AdaptationOutcome.Trained, Assert.Single(adapter.Adapt()).Outcome);
        return [.. adapter.StudentParameters.SelectMany(p => p.Scale.Concat(p.Bias))];
    }
}
