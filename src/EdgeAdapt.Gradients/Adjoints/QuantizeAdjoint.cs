using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Rounding has no slope, so the gradient passes straight through it where the integer range holds the value, and not where the range
/// cuts it off (the straight-through estimator, as PyTorch's fake_quantize has it). Between this and DequantizeLinear gradients are those of the integers.
/// </summary>
internal sealed class QuantizeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["QuantizeLinear"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        !constants.IsFixed(node, 1) || !constants.IsFixed(node, 2) ? "its scale is computed from the data; quantize the model statically"
        : constants.Find(node.Input[1]) is not { DataType: (int)DataType.Float } scale || scale.ToFloats() is not [> 0]
            ? "training passes through one positive float32 scale only; quantize activations for the tensor as a whole"
        : Range(node, constants) is null ? "training passes through int8 and uint8 only; quantize activations in 8 bits"
        : null;

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        float scale = context.Constants.Find(context.Input(1))!.ToFloats()[0];
        (int smallest, int largest) = Range(context.Node, context.Constants)!.Value;

        // Up to half a step beyond the range rounds into it.
        string above = writer.Above(context.Input(0), writer.Constant((smallest - 0.5f) * scale));
        string below = writer.Above(writer.Constant((largest + 0.5f) * scale), context.Input(0));
        context.Give(0, writer.Times(writer.Times(writer.Times(context.Gradient, above), below), 1 / scale));
    }

    /// <summary>The integers of the output's type, counted from the zero point.</summary>
    private static (int Smallest, int Largest)? Range(NodeProto node, GraphConstants constants)
    {
        if (GraphConstants.IsAbsent(node, 2))
        {
            return (byte.MinValue, byte.MaxValue);
        }

        TensorProto tensor = constants.Find(node.Input[2])!;
        return (DataType)tensor.DataType switch
        {
            DataType.Int8 when tensor.ToLongs() is [var zero] => ((int)(sbyte.MinValue - zero), (int)(sbyte.MaxValue - zero)),
            DataType.Uint8 when tensor.ToLongs() is [var zero] => ((int)(byte.MinValue - zero), (int)(byte.MaxValue - zero)),
            _ => null,
        };
    }
}
