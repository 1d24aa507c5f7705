using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Gradients.Normalization;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients;

/// <summary>Which operators of a model training can pass through.</summary>
public static class GradientCoverage
{
    /// <summary>
    /// One entry an operator, by name. Operators that no gradient has to pass (below the first normalization layer, inside a layer, shapes, indices)
    /// count as supported. A model without a layer is judged as if every node had to pass a gradient.
    /// </summary>
    /// <param name="model">A classifier; its constants may be computed by nodes (they are folded first).</param>
    public static IReadOnlyList<OperatorCoverage> Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxModel folded = NormalizationModel.Prepare(model, out IReadOnlyList<NormalizationLayer> layers);
        Dictionary<NodeProto, string> obstacles = OpsetUpgrade.FindObstacles(folded).ToDictionary(p => p.Node, p => p.Obstacle);
        GraphProto graph = folded.Graph;
        if (obstacles.Count == 0)
        {
            OnnxModel upgraded = OpsetUpgrade.Apply(folded);
            graph = upgraded.Graph;
            obstacles = FindObstacles(upgraded, layers);
        }

        return
        [
            .. graph.Node.GroupBy(n => n.Domain is "" or "ai.onnx" ? n.OpType : $"{n.Domain}.{n.OpType}", StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.FirstOrDefault(obstacles.ContainsKey) is { } blocked
                    ? new OperatorCoverage(g.Key, g.Count(), false, $"{Refusal.Describe(blocked)}: {obstacles[blocked]}")
                    : new OperatorCoverage(g.Key, g.Count(), true, null)),
        ];
    }

    /// <summary>The nodes that a gradient would have to pass and cannot, with the reason.</summary>
    internal static Dictionary<NodeProto, string> FindObstacles(OnnxModel model, IReadOnlyList<NormalizationLayer> layers)
    {
        HashSet<int> isLayer = [.. layers.Select(l => l.Node)];
        GraphProto graph = LayerCollapse.Apply(model, layers).Graph;
        var constants = new GraphConstants(graph);
        IEnumerable<NodeProto> passed = layers.Count > 0
            ? new GradientRegion(graph, graph.Output[0].Name, isLayer.Contains).Differentiated
            : graph.Node.Where(n => !AdjointRegistry.CutsGradient(n));
        return passed.Select(n => (Node: n, Obstacle: AdjointRegistry.FindObstacle(n, constants)))
            .Where(p => p.Obstacle is not null).ToDictionary(p => p.Node, p => p.Obstacle!);
    }
}
