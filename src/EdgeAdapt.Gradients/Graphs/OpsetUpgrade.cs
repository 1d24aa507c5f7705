using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// Brings a graph to the operator set that gradients need: 16, the first whose ScatterElements adds up (max pooling's gradient).
/// From 13 to 16 kept operators mean the same. Below 13, axes, pads and bounds moved from attributes to inputs; those are moved,
/// and a graph with an operator whose meaning changed otherwise is refused.
/// </summary>
internal static class OpsetUpgrade
{
    public const long Minimum = 16;
    private const long InputsInsteadOfAttributes = 13;

    /// <summary>Operators whose nodes mean the same in every operator set from 7 to 16.</summary>
    private static readonly HashSet<string> Unchanged = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "And", "ArgMax", "ArgMin", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Concat", "Constant", "ConstantOfShape",
        "Conv", "ConvTranspose", "Div", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten", "Floor", "Gather", "Gemm", "GlobalAveragePool", "GlobalMaxPool",
        "Greater", "HardSigmoid", "Identity", "InstanceNormalization", "LeakyRelu", "Less", "Log", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "Not",
        "Or", "PRelu", "Pow",
        "Reciprocal", "ReduceMax", "ReduceMean", "ReduceMin", "Relu", "Reshape", "Shape", "Sigmoid", "Size", "Softplus", "Sqrt", "Sub", "Sum",
        "Tanh", "Transpose", "Where",
    };

    /// <summary>Attributes that became inputs, in the order of the inputs, and the operator set that moved them.</summary>
    private static readonly Dictionary<string, (long Since, string[] Attributes)> Moved = new(StringComparer.Ordinal)
    {
        ["Clip"] = (11, ["min", "max"]),
        ["Pad"] = (11, ["pads", "value"]),
        ["Slice"] = (10, ["starts", "ends", "axes"]),
        ["Squeeze"] = (13, ["axes"]),
        ["Unsqueeze"] = (13, ["axes"]),
        ["ReduceSum"] = (13, ["axes"]),
        ["Split"] = (13, ["split"]),
        ["Dropout"] = (12, []),
    };

    /// <summary>The nodes that cannot be brought to <see cref="Minimum"/>, each with the reason and the remedy.</summary>
    public static IReadOnlyList<(NodeProto Node, string Obstacle)> FindObstacles(OnnxModel model)
    {
        var lastAxis = new LastAxis(model);
        return [.. model.Graph.Node.Select(n => (Node: n, Obstacle: FindObstacle(model.OpsetVersion, n, lastAxis))).Where(p => p.Obstacle is not null).Select(p => (p.Node, p.Obstacle!))];
    }

    /// <summary>A copy in operator set <see cref="Minimum"/> with its nodes in the same places; a model beyond that is returned unchanged.</summary>
    /// <exception cref="OnnxModelException">An operator changed its meaning on the way.</exception>
    public static OnnxModel Apply(OnnxModel model)
    {
        long from = model.OpsetVersion;
        foreach ((NodeProto node, string obstacle) in FindObstacles(model))
        {
            throw Refusal.Of(node, obstacle);
        }

        return from >= Minimum ? model : model.Edit(proto =>
        {
            var writer = new GraphWriter(proto.Graph, "opset");
            foreach (NodeProto node in proto.Graph.Node)
            {
                if (Moved.TryGetValue(node.OpType, out (long Since, string[] Attributes) move) && from < move.Since)
                {
                    MoveAttributes(writer, node, move.Attributes);
                }

                if (from < InputsInsteadOfAttributes && node.OpType is "Softmax" or "LogSoftmax")
                {
                    LastAxis.Write(node);
                }
            }

            OperatorSetIdProto opset = proto.OpsetImport.First(o => o.Domain is "" or "ai.onnx");
            opset.Version = Minimum;
            proto.IrVersion = Math.Max(proto.IrVersion, 8);
        });
    }

    private static string? FindObstacle(long opset, NodeProto node, LastAxis lastAxis) => opset switch
    {
        < 7 => $"it is written in ONNX operator set {opset}; export the model with opset 13 or later",
        < InputsInsteadOfAttributes when node.OpType is "Softmax" or "LogSoftmax" => lastAxis.FindObstacle(node),
        < InputsInsteadOfAttributes when node.OpType == "Resize" && opset >= 11 && node.Text("coordinate_transformation_mode", string.Empty) != "tf_half_pixel_for_nn" => null,
        < InputsInsteadOfAttributes when !Unchanged.Contains(node.OpType) && !Moved.ContainsKey(node.OpType) =>
            $"its meaning may have changed since operator set {opset}; export the model with opset 13 or later",
        < Minimum when node.OpType == "RoiAlign" => $"its default changed in operator set {Minimum}; export the model with opset {Minimum} or later",
        _ => null,
    };

    private static void MoveAttributes(GraphWriter writer, NodeProto node, string[] attributes)
    {
        foreach (string name in attributes)
        {
            // An attribute left out in the middle becomes an empty input; at the end, no input.
            node.Input.Add(node.Ints(name) is { Length: > 0 } integers ? writer.Constant(integers)
                : node.Has(name) ? writer.Constant(node.Float(name, 0))
                : string.Empty);
        }

        while (node.Input.Count > 0 && node.Input[^1].Length == 0)
        {
            node.Input.RemoveAt(node.Input.Count - 1);
        }

        AttributeProto[] kept = [.. node.Attribute.Where(a => !attributes.Contains(a.Name) && !(node.OpType == "Dropout" && a.Name == "ratio"))];
        node.Attribute.Clear();
        node.Attribute.AddRange(kept);
    }
}
