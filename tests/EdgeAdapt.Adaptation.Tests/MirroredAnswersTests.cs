using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class MirroredAnswersTests
{
    [Fact]
    public void Mirror_Image_ExchangesLeftAndRightOfEachRow()
    {
        FloatTensor mirrored = MirroredAnswers.Mirror(new FloatTensor([1, 2, 3, 4, 5, 6], 1, 1, 2, 3));
        Assert.Equal([3, 2, 1, 6, 5, 4], mirrored.Values);
        Assert.Equal([1, 1, 2, 3], mirrored.Shape);
    }

    /// <summary>By hand: √(0.8 · 0.6) and √(0.2 · 0.4), not normalised.</summary>
    [Fact]
    public void Combine_SameClassInTheMirror_PoolsTheProbabilities()
    {
        FloatTensor combined = MirroredAnswers.Combine(Rows([0.8f, 0.2f]), Rows([0.6f, 0.4f]));
        Assert.Equal(Math.Log(Math.Sqrt(0.48)), combined.Values[0], 1e-6);
        Assert.Equal(Math.Log(Math.Sqrt(0.08)), combined.Values[1], 1e-6);
    }

    [Fact]
    public void Combine_MostOfAClassBecomeAnother_KeepsThePlainAnswers()
    {
        FloatTensor plain = Rows([0.9f, 0.1f], [0.9f, 0.1f], [0.8f, 0.2f], [0.1f, 0.9f]);
        FloatTensor mirrored = Rows([0.1f, 0.9f], [0.2f, 0.8f], [0.7f, 0.3f], [0.2f, 0.8f]);
        Assert.Same(plain, MirroredAnswers.Combine(plain, mirrored));
    }

    [Fact]
    public void Combine_FewOfAClassBecomeAnother_Pools()
    {
        FloatTensor plain = Rows([0.9f, 0.1f], [0.9f, 0.1f], [0.8f, 0.2f], [0.1f, 0.9f]);
        FloatTensor mirrored = Rows([0.1f, 0.9f], [0.8f, 0.2f], [0.7f, 0.3f], [0.2f, 0.8f]);
        Assert.Equal(Math.Log(0.3), MirroredAnswers.Combine(plain, mirrored).Values[0], 1e-6);
    }

    [Fact]
    public void Combine_BrokenMirrorImage_KeepsThatSamplesAnswer()
    {
        FloatTensor plain = Rows([0.9f, 0.1f], [0.2f, 0.8f]);
        FloatTensor combined = MirroredAnswers.Combine(plain, new FloatTensor([float.NaN, 0, 0, 0], 2, 2));
        Assert.Equal(plain.Sample(0).ToArray(), combined.Sample(0).ToArray());
        Assert.NotEqual(plain.Sample(1).ToArray(), combined.Sample(1).ToArray());
    }

    [Fact]
    public void Adapt_MirrorTeacher_TeachesAnotherLesson()
    {
        float[] with = Train(true), without = Train(false);
        Assert.Equal(with.Length, without.Length);
        Assert.NotEqual(with, without);
    }

    private static float[] Train(bool mirror)
    {
        var options = new CemaOptions { CloudBatch = 8, MirrorTeacher = mirror, AdaptTeacher = false };
        using var adapter = new CloudAdapter(NormalizationModel.Of(TinyNetwork.Create(seed: 1)), NormalizationModel.Of(TinyNetwork.Create(seed: 2, width: 9)), options);
        FloatTensor images = TinyNetwork.Images(8, seed: 3);
        for (int i = 0; i < images.Count; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", images.Sample(i).ToArray()));
        }

        Assert.Equal(AdaptationOutcome.Trained, Assert.Single(adapter.Adapt()).Outcome);
        return [.. adapter.StudentParameters.SelectMany(p => p.Scale.Concat(p.Bias))];
    }

    private static FloatTensor Rows(params float[][] probabilities) =>
        FloatTensor.Stack([.. probabilities.Select(row => row.Select(p => MathF.Log(p)).ToArray())], 2);
}
