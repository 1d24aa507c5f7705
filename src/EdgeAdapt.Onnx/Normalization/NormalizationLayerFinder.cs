using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Finds BatchNormalization layers and gives each parameter tensors of its own.</summary>
internal static class NormalizationLayerFinder
{
    private const string Operator = "BatchNormalization";
    private static readonly string[] Suffixes = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>
    /// A copy in which no two layers share a tensor. Exporters merge equal initializers: an untrained network's layers all
    /// have γ = 1, and training one shared tensor would train them all as one.
    /// </summary>
    public static OnnxModel Isolate(OnnxModel model)
    {
        List<NodeProto> nodes = [.. model.Graph.Node.Where(n => n.OpType == Operator)];
        Dictionary<string, int> uses = model.Graph.Node.SelectMany(n => n.Input).GroupBy(n => n, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        bool shared = nodes.Any(n => n.Input.Skip(1).Any(name => uses[name] > 1));
        return !shared ? model : model.Edit(proto =>
        {
            Dictionary<string, TensorProto> tensors = proto.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (NodeProto node in proto.Graph.Node.Where(n => n.OpType == Operator))
            {
                for (int i = 1; i < node.Input.Count; i++)
                {
                    if (uses[node.Input[i]] > 1 && tensors.TryGetValue(node.Input[i], out TensorProto? tensor))
                    {
                        TensorProto own = tensor.Clone();
                        own.Name = $"{LayerName(node)}.{Suffixes[i - 1]}";
                        proto.Graph.Initializer.Add(own);
                        node.Input[i] = own.Name;
                    }
                }
            }
        });
    }

    /// <summary>The layers of a model that <see cref="Isolate"/> returned, in graph order.</summary>
    public static List<NormalizationLayer> Find(OnnxModel model)
    {
        Dictionary<string, TensorProto> tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var layers = new List<NormalizationLayer>();
        for (int i = 0; i < model.Graph.Node.Count; i++)
        {
            NodeProto node = model.Graph.Node[i];
            if (node.OpType != Operator)
            {
                continue;
            }

            if (node.Int("training_mode", 0) != 0)
            {
                throw new OnnxModelException(
                    $"The layer '{node.Name}' of '{model.Name}' was exported in training mode. Call model.eval() before exporting.");
            }

            if (node.Input.Skip(1).FirstOrDefault(name => !tensors.ContainsKey(name)) is { } computed)
            {
                throw new OnnxModelException(
                    $"The layer '{node.Name}' of '{model.Name}' takes '{computed}', which is not a constant. Export the model with fixed weights.");
            }

            layers.Add(new NormalizationLayer(
                Prefix(node.Input[1], ".weight") ?? Prefix(node.Input[1], ".gamma") ?? LayerName(node), i, (int)tensors[node.Input[1]].Dims[0],
                node.Float("epsilon", 1e-5f), node.Input[1], node.Input[2], node.Input[3], node.Input[4]));
        }

        return layers;
    }

    private static string? Prefix(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;

    private static string LayerName(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
