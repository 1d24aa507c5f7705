using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Convolution with constant weights: the adjoint is a convolution with the weights turned round.</summary>
internal sealed class ConvAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Conv"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        constants.IsFixed(node, 1) ? null : "its weights are computed; export the model with constant weights";

    public void Emit(AdjointContext context)
    {
        TensorProto weights = context.Constants.Find(context.Input(1))!;
        var geometry = WindowGeometry.Of(context.Node, [.. weights.Dims.Skip(2)], context.InputShape(0), context.OutputShape(0));
        context.Give(0, WindowGradient.Emit(context.Writer, context.Gradient, weights, (int)context.Node.Int("group", 1), geometry));
    }
}
