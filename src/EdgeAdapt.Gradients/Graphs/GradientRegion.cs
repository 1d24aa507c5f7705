using EdgeAdapt.Gradients.Adjoints;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// The part of a graph that gradients pass through: what lies between the trained layers and the logits. Everything below the
/// first layer, and every side branch, stays out of it.
/// </summary>
internal sealed class GradientRegion
{
    private readonly HashSet<string> _active = new(StringComparer.Ordinal);

    /// <param name="graph">The graph, nodes in topological order.</param>
    /// <param name="logits">The value that the loss is computed from.</param>
    /// <param name="isLayer">Whether the node of that index is a trained layer.</param>
    /// <param name="weights">The initializers that are trained too; null for none.</param>
    public GradientRegion(GraphProto graph, string logits, Func<int, bool> isLayer, IReadOnlyCollection<string>? weights = null)
    {
        _active.UnionWith(weights ?? []);
        var reachesLogits = new HashSet<string>(StringComparer.Ordinal) { logits };
        var needed = new HashSet<string>(StringComparer.Ordinal) { logits };
        bool[] kept = new bool[graph.Node.Count];
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            NodeProto node = graph.Node[i];
            bool reaches = node.Output.Any(reachesLogits.Contains);
            if (reaches)
            {
                reachesLogits.UnionWith(node.Input);
            }

            // A layer beside the path to the logits has statistics, though its gradient is 0.
            kept[i] = isLayer(i) || node.Output.Any(needed.Contains);
            if (kept[i])
            {
                needed.UnionWith(node.Input);
            }
        }

        var adjoints = new List<NodeProto>();
        for (int i = 0; i < kept.Length; i++)
        {
            NodeProto node = graph.Node[i];
            bool active = isLayer(i) || (node.Input.Any(_active.Contains) && !AdjointRegistry.CutsGradient(node));
            if (!active || !node.Output.Any(reachesLogits.Contains))
            {
                continue;
            }

            _active.UnionWith(node.Output);
            if (!isLayer(i))
            {
                adjoints.Add(node);
            }
        }

        _active.Remove(string.Empty);
        Kept = [.. Enumerable.Range(0, kept.Length).Where(i => kept[i])];
        Differentiated = adjoints;
    }

    /// <summary>Indices of the nodes that the logits or a layer's statistics need.</summary>
    public IReadOnlyList<int> Kept { get; }

    /// <summary>The nodes, other than layers, that a gradient passes through, in graph order.</summary>
    public IReadOnlyList<NodeProto> Differentiated { get; }

    /// <summary>Whether a value is a trained weight or depends on something trained, and the logits on the value.</summary>
    public bool IsActive(string value) => _active.Contains(value);
}
