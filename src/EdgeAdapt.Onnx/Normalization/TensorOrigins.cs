using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// The parameter names behind constants that an exporter reshaped: PyTorch writes GroupNorm's scale as Unsqueeze of "norm.weight",
/// and once that is folded only the name of the Unsqueeze's output is left.
/// </summary>
internal static class TensorOrigins
{
    private static readonly HashSet<string> Reshaping = new(StringComparer.Ordinal) { "Unsqueeze", "Squeeze", "Reshape", "Flatten" };

    /// <summary>Gives each such constant its parameter's name.</summary>
    /// <param name="original">The model before folding.</param>
    /// <param name="folded">The same after folding.</param>
    public static OnnxModel Restore(OnnxModel original, OnnxModel folded)
    {
        Dictionary<string, NodeProto> producers = original.Graph.Node.Where(n => Reshaping.Contains(n.OpType)).ToDictionary(n => n.Output[0], StringComparer.Ordinal);
        HashSet<string> taken = folded.Graph.Initializer.Select(t => t.Name).Concat(folded.Graph.Node.SelectMany(n => n.Output)).ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (TensorProto tensor in folded.Graph.Initializer)
        {
            string name = tensor.Name;
            while (producers.TryGetValue(name, out NodeProto? node))
            {
                name = node.Input[0];
            }

            // The output of a Constant node has no better name than what was made of it.
            if (name != tensor.Name && original.Graph.Node.All(n => n.OpType != "Constant" || n.Output[0] != name) && taken.Add(name))
            {
                names[tensor.Name] = name;
            }
        }

        return names.Count == 0 ? folded : folded.Edit(proto =>
        {
            foreach (TensorProto tensor in proto.Graph.Initializer)
            {
                tensor.Name = names.GetValueOrDefault(tensor.Name, tensor.Name);
            }

            foreach (NodeProto node in proto.Graph.Node)
            {
                for (int i = 0; i < node.Input.Count; i++)
                {
                    node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
                }
            }
        });
    }
}
