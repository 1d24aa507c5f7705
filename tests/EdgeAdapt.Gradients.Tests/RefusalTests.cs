using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

public sealed class RefusalTests
{
    [Fact]
    public void Build_UnsupportedOperatorAboveALayer_NamesOperatorNodeAndRemedy()
    {
        OnnxModel model = Models.Around(above: (w, x) => w.Add("LRN", [x], ("size", 3)));
        string node = model.Graph.Node.Single(n => n.OpType == "LRN").Name;

        string message = Refuse(model);

        Assert.Contains($"LRN '{node}'", message, StringComparison.Ordinal);
        Assert.Contains("export the model with operators that 'inspect' lists", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnsupportedOperatorBelowEveryLayer_Trains()
    {
        OnnxModel model = Models.Around(below: (w, x) => w.Add("LRN", [x], ("size", 3)));

        TrainingResult result = Models.Train(model, Models.Images(2, 2, 6, 6));

        Assert.Contains(result.Gradients[0].Scale, g => g != 0);
        Assert.All(GradientCoverage.Of(model), c => Assert.True(c.Supported, c.Reason));
    }

    [Fact]
    public void Build_EachKindOfObstacle_NamesTheRemedy()
    {
        Assert.Contains("use constant padding", Refuse(Models.Around(above: (w, x) =>
            w.Add("Pad", [x, w.Constant(0, 0, 1, 1, 0, 0, 1, 1)], ("mode", "reflect")))), StringComparison.Ordinal);
        Assert.Contains("constant weights", Refuse(Models.Around(above: (w, x) =>
            w.Add("ConvTranspose", [x, w.Add("Reshape", [w.Add("Slice", [x, w.Constant(0L), w.Constant(1L), w.Constant(0L)]), w.Constant(4L, 4L, 3L, 3L)])]))), StringComparison.Ordinal);
        Assert.Contains("float32", Refuse(Models.Around(above: (w, x) => w.Add("Cast", [w.Add("Cast", [x], ("to", 10))], ("to", 1)))), StringComparison.Ordinal);
        Assert.Contains("along another axis", Refuse(Models.Around(above: (w, x) => w.Add("Concat", [x, x], ("axis", 0)))), StringComparison.Ordinal);
        Assert.Contains("along another axis", Refuse(Models.Around(above: (w, x) =>
            w.Add("Slice", [x, w.Constant(1L), w.Constant(100L), w.Constant(0L)]))), StringComparison.Ordinal);
        Assert.Contains("logits [N, classes]", Refuse(Models.Build((w, x) =>
            Models.Normalize(w, w.Add("Conv", [x, Models.Weights(w, 1, 4, 2, 1, 1)]), 4))), StringComparison.Ordinal);
        Assert.Contains("dynamic batch", Refuse(Models.Around(above: (w, x) => w.Add("Reshape", [x, w.Constant(1L, 4L, 6L, 6L)]))), StringComparison.Ordinal);
        Assert.Contains("opset 13 or later", Refuse(Models.Around(above: (w, x) => w.Add("Softmax", [x]), opset: 11)), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_QuantizationThatGradientsCannotPass_NamesTheRemedy()
    {
        string Quantized(Func<GraphWriter, string, string> scale) =>
            Refuse(Models.Around(above: (w, x) =>
            {
                string zero = w.Initializer(TensorContents.Bytes(string.Empty, TensorProto.Types.DataType.Uint8, [0]), "zero");
                string s = scale(w, x);
                return w.Add("DequantizeLinear", [w.Add("QuantizeLinear", [x, s, zero]), s, zero]);
            }));

        Assert.Contains("quantize the model statically", Quantized((w, x) => w.Add("ReduceMax", [x], ("keepdims", 0))), StringComparison.Ordinal);
        Assert.Contains("one positive float32 scale", Quantized((w, _) => w.Constant(0f)), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_UnsupportedOperator_IsListedWithItsReason()
    {
        OnnxModel model = Models.Around(above: (w, x) => w.Add("Relu", [w.Add("LRN", [x], ("size", 3))]));

        IReadOnlyList<OperatorCoverage> coverage = GradientCoverage.Of(model);

        Assert.Equal(coverage.Select(c => c.Operator).Order(StringComparer.Ordinal), coverage.Select(c => c.Operator));
        OperatorCoverage refused = Assert.Single(coverage, c => !c.Supported);
        Assert.Equal(("LRN", 1), (refused.Operator, refused.Nodes));
        Assert.Contains("LRN '", refused.Reason, StringComparison.Ordinal);
        Assert.Null(coverage.Single(c => c.Operator == "Relu").Reason);
    }

    [Fact]
    public void Of_ModelWithoutLayers_JudgesEveryNode()
    {
        OnnxModel model = Models.Build((w, x) => Models.Head(w, w.Add("LRN", [w.Add("Conv", [x, Models.Weights(w, 1, 4, 2, 1, 1)])], ("size", 3))));

        Assert.Equal(["LRN"], GradientCoverage.Of(model).Where(c => !c.Supported).Select(c => c.Operator));
    }

    [Fact]
    public void Of_OperatorThatChangedItsMeaning_IsListedWithTheRemedy()
    {
        OnnxModel model = Models.Around(above: (w, x) => w.Add("Softmax", [x]), opset: 11);

        OperatorCoverage refused = Assert.Single(GradientCoverage.Of(model), c => !c.Supported);
        Assert.Equal("Softmax", refused.Operator);
        Assert.Contains("opset 13 or later", refused.Reason, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Of_SharedModels_AreCovered()
    {
        foreach (string name in new[] { "resnet8_cifar10", "resnet20_cifar10", "resnet56_cifar10" })
        {
            Assert.All(GradientCoverage.Of(OnnxModel.Load(SharedData.File($"models/{name}.onnx"))), c => Assert.True(c.Supported, c.Reason));
        }
    }

    private static string Refuse(OnnxModel model) => Assert.Throws<OnnxModelException>(
        () => new TrainingSession(NormalizationModel.Of(model), TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization).Dispose()).Message;
}
