using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// Softmax before operator set 13: it ran over its axis and all that follow, as one, and the axis was 1 unless given. Over the last axis alone
/// both meanings are the same, and that is what networks have.
/// </summary>
internal sealed class LastAxis
{
    private const long DefaultAxis = 1;
    private static readonly HashSet<string> KeepsRank = new(StringComparer.Ordinal)
    {
        "Add", "Sub", "Mul", "Div", "Where", "Relu", "Sigmoid", "Tanh", "Erf", "Identity", "Dropout", "Cast", "Clip", "Softmax", "MatMul",
    };

    private readonly Dictionary<string, NodeProto> _producers;
    private readonly Dictionary<string, int> _ranks;

    /// <param name="model">The model whose Softmax nodes are asked for.</param>
    public LastAxis(OnnxModel model)
    {
        _producers = model.Graph.Node.SelectMany(n => n.Output.Where(o => o.Length > 0), (Node, Output) => (Node, Output))
            .ToDictionary(p => p.Output, p => p.Node, StringComparer.Ordinal);
        _ranks = model.Graph.Initializer.ToDictionary(t => t.Name, t => t.Dims.Count, StringComparer.Ordinal);
        foreach (ValueInfoProto input in model.Graph.Input)
        {
            _ranks[input.Name] = input.Type.TensorType.Shape.Dim.Count;
        }
    }

    /// <summary>Why a node means something else today, or null.</summary>
    /// <param name="node">A Softmax or LogSoftmax before operator set 13.</param>
    public string? FindObstacle(NodeProto node) =>
        node.Int("axis", DefaultAxis) is var axis && (axis == -1 || axis + 1 == Rank(node.Input[0]))
            ? null
            : "it may run over several axes at once, which later operator sets do not; export the model with opset 13 or later";

    /// <summary>Names the last axis explicitly.</summary>
    public static void Write(NodeProto node)
    {
        foreach (AttributeProto axis in node.Attribute.Where(a => a.Name == "axis").ToArray())
        {
            node.Attribute.Remove(axis);
        }

        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = -1 });
    }

    /// <summary>
    /// The rank of a value as far as operators tell it. ONNX Runtime's shape inference knows no rank behind a Reshape to a computed shape,
    /// which is how exporters split attention heads; the Transpose that always follows it does.
    /// </summary>
    private int? Rank(string value)
    {
        if (_ranks.TryGetValue(value, out int known))
        {
            return known;
        }

        if (!_producers.TryGetValue(value, out NodeProto? node))
        {
            return null;
        }

        int? rank = node.OpType switch
        {
            "Transpose" => node.Ints("perm")?.Length,
            "Gemm" or "Flatten" => 2,
            "Conv" or "BatchNormalization" or "MaxPool" or "AveragePool" or "GlobalAveragePool" => Rank(node.Input[0]),
            var operation when KeepsRank.Contains(operation) => Widest([.. node.Input.Where(i => i.Length > 0).Select(Rank)]),
            _ => null,
        };
        if (rank is { } found)
        {
            _ranks[value] = found;
        }

        return rank;
    }

    /// <summary>Operators with several inputs broadcast, so that the rank is the largest; one unknown input makes it unknown.</summary>
    private static int? Widest(int?[] ranks) => ranks.All(r => r is not null) ? ranks.Max() : null;
}
