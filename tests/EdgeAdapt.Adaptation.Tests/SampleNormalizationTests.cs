using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>Sessions on models with layers that have no running statistics, alone and beside BatchNormalization.</summary>
public sealed class SampleNormalizationTests
{
    private static readonly SessionSettings OneThread = new() { Threads = 1 };

    [Theory]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.GroupReshape)]
    [InlineData(NormalizationStyle.GroupOperator18)]
    public void ForwardAndStatistics_NoRunningStatistics_AnswerAsTheModelDoes(NormalizationStyle style)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));
        FloatTensor images = Images(4);
        using var forward = new ForwardSession(model, OneThread);
        using var statistics = new StatisticsSession(model, OneThread);

        StatisticsResult result = statistics.Run(images, model.Source, null, StatisticsPolicy.Batch);

        float[] expected = Logits(model.Model, images);
        AssertClose(expected, forward.Run(images, model.Source).Values);
        AssertClose(expected, result.Logits.Values);
        Assert.All(result.Mixed.Concat(result.Moving!), s => Assert.Equal((0, 0), (s.Mean.Length, s.Variance.Length)));
    }

    [Fact]
    public void Statistics_BatchNormalizationBesideAnother_MeasuresOnlyTheFormer()
    {
        NormalizationModel model = NormalizationModel.Of(WithBatchNormalization());
        using var session = new StatisticsSession(model, OneThread);

        StatisticsResult source = session.Run(Images(4), model.Source, null, StatisticsPolicy.Source);
        StatisticsResult batch = session.Run(Images(4), model.Source, null, StatisticsPolicy.Batch);

        Assert.Equal([3, 0, 0], batch.Mixed.Select(s => s.Mean.Length));
        AssertClose(Logits(model.Model, Images(4)), source.Logits.Values);
        Assert.NotEqual(source.Logits.Values, batch.Logits.Values);
    }

    private static OnnxModel WithBatchNormalization() => StyledClassifier.Create(NormalizationStyle.InstanceOperator).Edit(proto =>
    {
        string[] names = ["bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"];
        foreach ((string name, float value) in names.Zip([1f, 0.5f, 0.2f, 2f]))
        {
            proto.Graph.Initializer.Add(TensorContents.Floats(name, [value, value, value], 3));
        }

        proto.Graph.Node.First(n => n.OpType == "Conv").Input[0] = "normalized";
        proto.Graph.Node.Insert(0, new NodeProto { OpType = "BatchNormalization", Input = { "images", names[0], names[1], names[2], names[3] }, Output = { "normalized" } });
    });

    private static FloatTensor Images(int count)
    {
        var random = new Random(5);
        return new FloatTensor([.. Enumerable.Range(0, count * 3 * 6 * 6).Select(_ => (float)(random.NextDouble() * 2))], count, 3, 6, 6);
    }

    private static float[] Logits(OnnxModel model, FloatTensor images)
    {
        using var session = new ModelSession(model.ToBytes(), OneThread);
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, ["logits"])[0].Values;
    }

    private static void AssertClose(float[] expected, float[] actual) => Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5f));
}
