using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>The short cut for a stem of normalization, rectifier and max pooling: same numbers as the long way, without indices.</summary>
public sealed class PoolingOrderTests
{
    private static readonly (string, object)[] Window = [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })];

    [Fact]
    public void Build_PooledStem_NeedsNoIndices()
    {
        GraphProto graph = Graph(Models.Around(above: (w, x) => w.Add("MaxPool", [w.Add("Relu", [x])], Window)));

        Assert.DoesNotContain(graph.Node, n => n.OpType == "ScatterElements");
        Assert.Single(graph.Node, n => n.OpType == "MaxPool" && n.Output.Count == 1);
    }

    [Fact]
    public void Build_PoolingAboveADeeperLayer_ScattersOnce()
    {
        GraphProto graph = Graph(Models.Around(above: (w, x) =>
            w.Add("MaxPool", [w.Add("Relu", [Models.Normalize(w, w.Add("Conv", [x, Models.Weights(w, 7, 4, 4, 1, 1)]), 4)])], Window)));

        Assert.Single(graph.Node, n => n.OpType == "ScatterElements");
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData(null)]
    public void Run_PooledStem_AgreesWithTheLongWay(string? rectifier)
    {
        // A second reader of the layer's value forbids the short cut; multiplied by 0, it changes nothing else.
        string Stem(GraphWriter w, string x, bool watched)
        {
            string rectified = rectifier is null ? x : w.Add(rectifier, [x]);
            string pooled = w.Add("MaxPool", [rectified], Window);
            return watched ? w.Add("Add", [pooled, w.Add("Mul", [w.Add("GlobalAveragePool", [rectified]), w.Constant(0f)])]) : pooled;
        }

        OnnxModel shortcut = Models.Around(above: (w, x) => Stem(w, x, false));
        OnnxModel detour = Models.Around(above: (w, x) => Stem(w, x, true));
        Assert.Contains(NormalizationModel.Of(shortcut).Source[0].Scale, s => s < 0);
        Assert.Contains(NormalizationModel.Of(shortcut).Source[0].Scale, s => s > 0);
        FloatTensor images = Models.Images(3, 2, 6, 6);

        TrainingResult expected = Models.Train(detour, images);
        TrainingResult result = Models.Train(shortcut, images);

        Assert.Contains(Graph(detour).Node, n => n.OpType == "ScatterElements");
        Close.Within("logits", result.Logits.Values, Doubles(expected.Logits.Values), 1e-6);
        Close.Within("scale", result.Gradients[0].Scale, Doubles(expected.Gradients[0].Scale), 1e-5);
        Close.Within("bias", result.Gradients[0].Bias, Doubles(expected.Gradients[0].Bias), 1e-5);
        Close.Within("variance", result.BatchStatistics[0].Variance, Doubles(expected.BatchStatistics[0].Variance), 1e-6);
    }

    [Fact]
    public void Run_ScaleOfZero_IsFinite()
    {
        NormalizationModel model = NormalizationModel.Of(Models.Around(above: (w, x) => w.Add("MaxPool", [w.Add("Relu", [x])], Window)));
        LayerParameters source = model.Source[0];
        using var session = new TrainingSession(model, TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization);

        TrainingResult result = session.Run(Models.Images(3, 2, 6, 6), [source with { Scale = new float[4], Bias = [1, 1, 1, 1] }], new LossInputs());

        Assert.All(result.Gradients[0].Scale.Concat(result.Gradients[0].Bias), g => Assert.True(float.IsFinite(g)));
    }

    private static GraphProto Graph(OnnxModel model) =>
        GradientGraphBuilder.Build(NormalizationModel.Of(model), TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization).Model.Graph;

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
