using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dq = s·dy for y = s·(q − z), q taken as a real number.</summary>
internal sealed class DequantizeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["DequantizeLinear"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        constants.IsFixed(node, 1) && constants.Find(node.Input[1]) is { DataType: (int)DataType.Float } scale && scale.ToFloats() is [> 0]
            ? null
            : "training passes through one constant, positive float32 scale only; quantize activations statically and for the tensor as a whole";

    public void Emit(AdjointContext context) =>
        context.Give(0, context.Writer.Times(context.Gradient, context.Constants.Find(context.Input(1))!.ToFloats()[0]));
}
