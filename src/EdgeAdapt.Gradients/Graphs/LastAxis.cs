using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// Softmax before operator set 13: it ran over its axis and all that follow, as one, and the axis was 1 unless given. Over the last axis alone
/// both meanings are the same, and that is what networks have.
/// </summary>
internal static class LastAxis
{
    private const long DefaultAxis = 1;

    /// <summary>Why a node means something else today, or null.</summary>
    /// <param name="node">A Softmax or LogSoftmax before operator set 13.</param>
    /// <param name="rank">Tells the rank of a value, or null where it is unknown.</param>
    public static string? FindObstacle(NodeProto node, Func<string, int?> rank) =>
        node.Int("axis", DefaultAxis) is var axis && (axis == -1 || axis + 1 == rank(node.Input[0]))
            ? null
            : "it runs over several axes at once, which later operator sets do not; export the model with opset 13 or later";

    /// <summary>Names the last axis explicitly.</summary>
    public static void Write(NodeProto node)
    {
        foreach (AttributeProto axis in node.Attribute.Where(a => a.Name == "axis").ToArray())
        {
            node.Attribute.Remove(axis);
        }

        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = -1 });
    }

    /// <summary>The ranks that ONNX Runtime infers for the inputs of a model's Softmax nodes.</summary>
    public static IReadOnlyDictionary<string, int> Ranks(OnnxModel model)
    {
        string[] values = [.. model.Graph.Node.Where(n => n.OpType is "Softmax" or "LogSoftmax").Select(n => n.Input[0]).Distinct(StringComparer.Ordinal)];
        ModelProto proto = model.Proto.Clone();
        proto.Graph.Output.Clear();
        proto.Graph.Output.AddRange(values.Select(v => new ValueInfoProto { Name = v }));
        using var session = new ModelSession(proto, new SessionSettings { Optimize = false });
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string value in values)
        {
            // No dimensions at all is also what ONNX Runtime says of a shape that it cannot infer.
            if (session.OutputShape(value) is { Length: > 0 } shape)
            {
                ranks[value] = shape.Length;
            }
        }

        return ranks;
    }
}
