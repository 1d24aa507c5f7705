using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Finds normalization layers and gives each parameter tensors of its own.</summary>
internal static class NormalizationLayerFinder
{
    private static readonly string[] Suffixes = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>
    /// A copy in which no two layers share a tensor. Exporters merge equal initializers: an untrained network's layers all
    /// have γ = 1, and training one shared tensor would train them all as one.
    /// </summary>
    public static OnnxModel Isolate(OnnxModel model)
    {
        model = AddBiases(model);
        LayerMatch[] matches = [.. Matches(model)];
        Dictionary<string, int> uses = model.Graph.Node.SelectMany(n => n.Input).GroupBy(n => n, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        bool shared = matches.SelectMany(m => m.Slots).Any(s => uses[model.Graph.Node[s.Node].Input[s.Input]] > 1);
        return !shared ? model : model.Edit(proto =>
        {
            Dictionary<string, TensorProto> tensors = proto.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (LayerMatch match in matches)
            {
                for (int i = 0; i < match.Slots.Count; i++)
                {
                    NodeProto node = proto.Graph.Node[match.Slots[i].Node];
                    int input = match.Slots[i].Input;
                    if (uses[node.Input[input]] > 1 && tensors.TryGetValue(node.Input[input], out TensorProto? tensor))
                    {
                        TensorProto own = tensor.Clone();
                        own.Name = $"{LayerName(match, proto.Graph.Node[match.Node])}.{Suffixes[i]}";
                        proto.Graph.Initializer.Add(own);
                        node.Input[input] = own.Name;
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
        foreach (LayerMatch match in Matches(model))
        {
            NodeProto node = model.Graph.Node[match.Node];
            if (match.Kind == NormalizationKind.Batch && node.Int("training_mode", 0) != 0)
            {
                throw new OnnxModelException(
                    $"The layer '{node.Name}' of '{model.Name}' was exported in training mode. Call model.eval() before exporting.");
            }

            string[] names = [.. match.Slots.Select(s => model.Graph.Node[s.Node].Input[s.Input]), .. Enumerable.Repeat(string.Empty, 4 - match.Slots.Count)];
            if (names.FirstOrDefault(name => name.Length > 0 && !tensors.ContainsKey(name)) is { } computed)
            {
                throw new OnnxModelException(
                    $"The layer '{node.Name}' of '{model.Name}' takes '{computed}', which is not a constant. Export the model with fixed weights.");
            }

            long[] shape = [.. tensors[names[0]].Dims];
            layers.Add(new NormalizationLayer(
                Prefix(names[0], ".weight") ?? Prefix(names[0], ".gamma") ?? LayerName(match, node), match.Node,
                (int)shape.Aggregate(1L, (a, b) => a * b), match.Epsilon, names[0], names[1], names[2], names[3])
            {
                Kind = match.Kind,
                Form = match.Form,
                TensorShape = shape,
            });
        }

        return layers;
    }

    /// <summary>Names of the nodes that normalize without scale and shift.</summary>
    public static IReadOnlyList<string> FindFixed(OnnxModel model)
    {
        var patterns = new LayerPatterns(model.Graph, model.OpsetVersion);
        return patterns.FindFixed([.. patterns.Find()]);
    }

    private static IEnumerable<LayerMatch> Matches(OnnxModel model) => new LayerPatterns(model.Graph, model.OpsetVersion).Find();

    /// <summary>LayerNormalization may come without a bias; one of 0 says the same and can be trained.</summary>
    private static OnnxModel AddBiases(OnnxModel model)
    {
        var index = new GraphIndex(model.Graph);
        int[] bare =
        [
            .. Enumerable.Range(0, model.Graph.Node.Count).Where(i => model.Graph.Node[i] is { OpType: "LayerNormalization", Input.Count: 2 } node
                && index.Tensor(node.Input[1]) is not null),
        ];
        return bare.Length == 0 ? model : model.Edit(proto =>
        {
            foreach (int i in bare)
            {
                NodeProto node = proto.Graph.Node[i];
                long[] shape = [.. index.Tensor(node.Input[1])!.Dims];
                string name = (Prefix(node.Input[1], ".weight") ?? NodeName(node)) + ".bias";
                proto.Graph.Initializer.Add(TensorContents.Floats(name, new float[shape.Aggregate(1L, (a, b) => a * b)], shape));
                node.Input.Add(name);
            }
        });
    }

    private static string? Prefix(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;

    /// <summary>The node's name. PyTorch names the last node of a decomposed layer "/block/norm/Add_1": the layer is "block.norm".</summary>
    private static string LayerName(LayerMatch match, NodeProto node) =>
        match.Slots[0].Node != match.Node && node.Name.StartsWith('/') && node.Name.LastIndexOf('/') is > 0 and var end
            ? node.Name[1..end].Replace('/', '.')
            : NodeName(node);

    private static string NodeName(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
