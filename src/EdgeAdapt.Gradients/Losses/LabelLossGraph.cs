using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Losses;

/// <summary>Cross entropy with given labels, and its gradient (p − y)/N for the logits.</summary>
internal static class LabelLossGraph
{
    private static readonly long[] Classes = [1];

    /// <summary>Appends the nodes; the loss becomes a graph output.</summary>
    /// <param name="writer">Receives them.</param>
    /// <param name="logits">Logits <c>[N, K]</c>.</param>
    /// <param name="classes">K.</param>
    /// <returns>dL/dlogits <c>[N, K]</c>.</returns>
    public static string Emit(GraphWriter writer, string logits, long classes)
    {
        string labels = writer.Input(WeightGradientNames.Labels, [-1, classes]);
        string share = writer.Add("Reciprocal", [writer.Times(writer.Size(labels), 1f / classes)]);
        string logarithms = writer.Add("LogSoftmax", [logits], ("axis", 1));
        string products = writer.Sum(writer.Times(labels, logarithms), Classes, true);
        writer.Output(writer.Negative(writer.Times(writer.Sum(products, [0, 1], false), share)), WeightGradientNames.Loss);
        return writer.Times(writer.Minus(writer.Add("Exp", [logarithms]), labels), share);
    }
}
