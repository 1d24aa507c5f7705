using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx;

/// <summary>
/// Replaces every value that depends on weights alone by an initializer of the same name, so that later passes see pads,
/// shapes and axes as constants however the exporter computed them. ONNX Runtime evaluates the constant part.
/// Normalization stays as it is.
/// </summary>
public static class ConstantFolding
{
    /// <summary>A copy of the model without constant nodes. A model that has none is returned unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keepQuantized">
    /// Whether constants that pass through DequantizeLinear stay integers in front of it, as ONNX Runtime needs them to compute on integers.
    /// </param>
    public static OnnxModel Apply(OnnxModel model, bool keepQuantized = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        HashSet<string> constant = model.Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        constant.Add(string.Empty);
        var foldable = new List<NodeProto>();
        foreach (NodeProto node in model.Graph.Node)
        {
            if (keepQuantized && node.OpType == "DequantizeLinear")
            {
                continue;
            }

            if (node.Input.All(constant.Contains) && node.Domain is "" or "ai.onnx" && !node.OpType.StartsWith("Random", StringComparison.Ordinal))
            {
                foldable.Add(node);
                constant.UnionWith(node.Output);
            }
        }

        if (foldable.Count == 0)
        {
            return model;
        }

        var folded = foldable.ToHashSet();
        List<string> needed =
        [
            .. model.Graph.Node.Where(n => !folded.Contains(n)).SelectMany(n => n.Input)
                .Concat(model.Graph.Output.Select(o => o.Name))
                .Where(foldable.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal).Contains).Distinct(),
        ];
        IReadOnlyList<TensorProto> values = Evaluate(model, foldable, needed);
        return model.Edit(proto =>
        {
            List<NodeProto> kept = [.. model.Graph.Node.Where(n => !folded.Contains(n)).Select(n => n.Clone())];
            proto.Graph.Node.Clear();
            proto.Graph.Node.AddRange(kept);
            proto.Graph.Initializer.AddRange(values);
            DropUnusedInitializers(proto.Graph);
        });
    }

    private static List<TensorProto> Evaluate(OnnxModel model, List<NodeProto> nodes, List<string> needed)
    {
        ModelProto part = model.Proto.Clone();
        part.Graph = new GraphProto { Name = "constants" };
        HashSet<string> inputs = nodes.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        part.Graph.Initializer.AddRange(model.Graph.Initializer.Where(t => inputs.Contains(t.Name)));
        part.Graph.Node.AddRange(nodes);
        part.Graph.Output.AddRange(needed.Select(name => new ValueInfoProto { Name = name }));
        using SessionOptions options = new SessionSettings { Optimize = false }.ToNative();
        using var session = new InferenceSession(part.ToByteArray(), options);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(run, new Dictionary<string, OrtValue>(), needed);
        return [.. needed.Zip(results, ToTensor)];
    }

    private static TensorProto ToTensor(string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        var tensor = new TensorProto
        {
            Name = name,

            // ONNX Runtime numbers the element types as ONNX does.
            DataType = (int)info.ElementDataType,
            RawData = ByteString.CopyFrom(value.GetTensorMutableRawData()),
        };
        tensor.Dims.AddRange(info.Shape);
        return tensor;
    }

    /// <summary>Removes the weights that nothing reads.</summary>
    internal static void DropUnusedInitializers(GraphProto graph)
    {
        HashSet<string> used = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).ToHashSet(StringComparer.Ordinal);
        List<TensorProto> kept = [.. graph.Initializer.Where(t => used.Contains(t.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
    }
}
