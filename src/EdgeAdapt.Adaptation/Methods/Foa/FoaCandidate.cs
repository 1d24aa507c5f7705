using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>One candidate of the search on one batch.</summary>
/// <param name="Point">Where it lies in the subspace.</param>
/// <param name="Logits">Its answers <c>[N, K]</c>, not shifted.</param>
/// <param name="Features">Mean features of the batch <c>[D]</c>.</param>
/// <param name="Fitness">Mean entropy in nats plus λ times the discrepancy; NaN where either is not a number.</param>
internal sealed record FoaCandidate(double[] Point, FloatTensor Logits, float[] Features, double Fitness)
{
    /// <summary>Rates what a forward pass gave.</summary>
    public static FoaCandidate Rate(
        double[] point, FloatTensor logits, LayerStatistics[] seen, IReadOnlyList<LayerStatistics> reference, double weight)
    {
        double entropy = Enumerable.Range(0, logits.Count).Average(row => (double)Adaptation.Logits.Entropy(logits.Sample(row)));
        double fitness = entropy + (weight > 0 ? weight * ReferenceStatistics.Discrepancy(reference, seen) : 0);
        return new FoaCandidate(point, logits, seen[^1].Mean, double.IsFinite(fitness) ? fitness : double.NaN);
    }
}
