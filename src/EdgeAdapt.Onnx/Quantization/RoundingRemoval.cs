using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Quantization;

/// <summary>Lets activations keep their real values where a model rounds them to integers; what the integers cannot hold is still cut off.</summary>
internal static class RoundingRemoval
{
    private const long FirstOpsetWithClipInputs = 11;

    /// <summary>
    /// A copy in which QuantizeLinear is Clip and the DequantizeLinear behind it Identity, node for node, wherever nothing but DequantizeLinear of the same constants
    /// reads the integers. A model without such pairs is returned unchanged.
    /// </summary>
    public static OnnxModel Apply(OnnxModel model)
    {
        var index = new GraphIndex(model.Graph);
        int[] quantizations = model.OpsetVersion < FirstOpsetWithClipInputs
            ? []
            : [.. Enumerable.Range(0, model.Graph.Node.Count).Where(i => model.Graph.Node[i].OpType == "QuantizeLinear" && IsPaired(index, model.Graph.Node[i]))];
        return quantizations.Length == 0 ? model : model.Edit(proto =>
        {
            var writer = new GraphWriter(proto.Graph, "unrounded");
            foreach (int i in quantizations)
            {
                NodeProto node = proto.Graph.Node[i];
                (float low, float high) = Range(index, node)!.Value;
                foreach (int reader in index.Readers(node.Output[0]))
                {
                    Become(proto.Graph.Node[reader], "Identity");
                }

                Become(node, "Clip", writer.Constant(low), writer.Constant(high));
            }
        });
    }

    private static void Become(NodeProto node, string operation, params ReadOnlySpan<string> inputs)
    {
        string value = node.Input[0];
        node.OpType = operation;
        node.Attribute.Clear();
        node.Input.Clear();
        node.Input.Add(value);
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }
    }

    private static bool IsPaired(GraphIndex index, NodeProto node) =>
        Range(index, node) is { } range && index.Readers(node.Output[0]) is { Count: > 0 } readers
        && readers.All(r => r >= 0 && index.Graph.Node[r] is { OpType: "DequantizeLinear" } reader && Range(index, reader) == range);

    /// <summary>The smallest and the largest value that the integers stand for; null where scale and zero point are not constants of 8 bits for the tensor as a whole.</summary>
    private static (float Low, float High)? Range(GraphIndex index, NodeProto node)
    {
        if (index.Scalar(node.Input[1]) is not { } scale || scale <= 0)
        {
            return null;
        }

        TensorProto? tensor = node.Input.Count > 2 ? index.Tensor(node.Input[2]) : null;
        bool hasZero = node.Input.Count > 2 && node.Input[2].Length > 0;
        return (DataType?)tensor?.DataType switch
        {
            null when !hasZero => (0, byte.MaxValue * scale),
            DataType.Uint8 when tensor!.ToLongs() is [var zero] => ((byte.MinValue - zero) * scale, (byte.MaxValue - zero) * scale),
            DataType.Int8 when tensor!.ToLongs() is [var zero] => ((sbyte.MinValue - zero) * scale, (sbyte.MaxValue - zero) * scale),
            _ => null,
        };
    }
}
