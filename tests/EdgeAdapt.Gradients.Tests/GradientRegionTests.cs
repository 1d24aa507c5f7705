using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

public sealed class GradientRegionTests
{
    [Fact]
    public void Build_BelowFirstLayer_EmitsNoBackwardNodes()
    {
        OnnxModel model = Models.Around(
            below: (w, x) => w.Add("Conv", [w.Add("Sigmoid", [x]), Models.Weights(w, 7, 4, 4, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 })),
            above: (w, x) => w.Add("Conv", [w.Add("Relu", [x]), Models.Weights(w, 8, 4, 4, 3, 3)]));

        GraphProto graph = GradientGraphBuilder.Build(NormalizationModel.Of(model), TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization).Model.Graph;

        // Three convolutions forward, and backward only the one above the layer.
        Assert.Equal(4, graph.Node.Count(n => n.OpType == "Conv"));
        string sigmoid = graph.Node.Single(n => n.OpType == "Sigmoid").Output[0];
        Assert.Single(graph.Node, n => n.Input.Contains(sigmoid));
    }

    [Fact]
    public void Build_BranchWithoutLayers_EmitsNoBackwardNodes()
    {
        // The image itself joins above the layer: its own convolution is not on the way from any trained layer.
        OnnxModel model = Models.Build((w, x) =>
        {
            string trained = Models.Normalize(w, w.Add("Conv", [x, Models.Weights(w, 1, 4, 2, 1, 1)]), 4);
            string frozen = w.Add("Tanh", [w.Add("Conv", [x, Models.Weights(w, 2, 4, 2, 1, 1)])]);
            return Models.Head(w, w.Add("Mul", [trained, frozen]));
        });

        GraphProto graph = GradientGraphBuilder.Build(NormalizationModel.Of(model), TrainingLoss.Entropy, TrainingStatistics.Batch).Model.Graph;

        Assert.Equal(2, graph.Node.Count(n => n.OpType == "Conv"));
        string tanh = graph.Node.Single(n => n.OpType == "Tanh").Output[0];

        // Forward product and the gradient of the trained factor; no 1 − tanh² anywhere.
        Assert.Equal(2, graph.Node.Count(n => n.Input.Contains(tanh)));
    }

    [Fact]
    public void Run_LayerBesideTheLogits_HasStatisticsAndNoGradient()
    {
        OnnxModel model = Models.Build((w, x) =>
        {
            string trained = Models.Normalize(w, w.Add("Conv", [x, Models.Weights(w, 1, 4, 2, 1, 1)]), 4);
            w.Add("Relu", [Models.Normalize(w, trained, 4)]);
            return Models.Head(w, trained);
        });

        TrainingResult result = Models.Train(model, Models.Images(3, 2, 6, 6));

        Assert.Contains(result.Gradients[0].Scale, g => g != 0);
        Assert.All(result.Gradients[1].Scale.Concat(result.Gradients[1].Bias), g => Assert.Equal(0, g));
        Assert.All(result.BatchStatistics[1].Variance, v => Assert.True(v > 0));
    }
}
