using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// What activations are compared with: the running statistics that the model file holds, and for every other value the pooled moments of images that were shown to it, at
/// the source parameters.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class ReferenceStatistics(NormalizationModel model)
{
    private LayerStatistics[]? _shown;

    /// <summary>Images that were shown.</summary>
    public int Images { get; private set; }

    /// <summary>One entry a layer and one for the features; empty before images were shown.</summary>
    public IReadOnlyList<LayerStatistics> Entries => _shown is null ? [] :
        [.. _shown.Select((s, i) => i < model.Layers.Count && model.Layers[i].HasStatistics ? new LayerStatistics(model.Source[i].Mean, model.Source[i].Variance) : s)];

    /// <summary>Takes in what a batch of images showed; moments that are not finite are refused.</summary>
    public void Add(LayerStatistics[] seen, int images)
    {
        if (!seen.All(s => FiniteValues.AreAll(s.Mean) && FiniteValues.AreAll(s.Variance)))
        {
            return;
        }

        Images += images;
        float share = images / (float)Images;
        _shown = _shown is null ? seen : [.. _shown.Zip(seen, (a, b) => Pool(a, b, share))];
    }

    public void Reset() => (_shown, Images) = (null, 0);

    /// <summary>
    /// Mean over the measured values of the mean over channels of ((μ − μ_S)² + (σ − σ_S)²) / v, v the mean of σ_S² over the channels: FOA's squared differences in
    /// units that do not depend on how large a layer's activations are. A channel's own σ_S² would let one that hardly ever moves outweigh all others.
    /// </summary>
    public static double Discrepancy(IReadOnlyList<LayerStatistics> reference, IReadOnlyList<LayerStatistics> seen) =>
        reference.Zip(seen).Where(p => p.First.Mean.Length > 0).Average(p => Distance(p.First, p.Second));

    private static double Distance(LayerStatistics reference, LayerStatistics seen)
    {
        double sum = 0, unit = 0;
        for (int c = 0; c < reference.Mean.Length; c++)
        {
            double shift = (double)seen.Mean[c] - reference.Mean[c];
            double spread = Math.Sqrt(seen.Variance[c]) - Math.Sqrt(reference.Variance[c]);
            sum += (shift * shift) + (spread * spread);
            unit += reference.Variance[c];
        }

        // One image of a constant colour has no variance anywhere.
        return sum / Math.Max(unit, 1e-12 * reference.Mean.Length);
    }

    private static LayerStatistics Pool(LayerStatistics a, LayerStatistics b, float share)
    {
        float[] mean = new float[a.Mean.Length];
        float[] variance = new float[a.Mean.Length];
        for (int c = 0; c < mean.Length; c++)
        {
            double shift = (double)b.Mean[c] - a.Mean[c];
            mean[c] = (float)(a.Mean[c] + (share * shift));
            variance[c] = (float)(a.Variance[c] + (share * ((double)b.Variance[c] - a.Variance[c])) + (share * (1 - share) * shift * shift));
        }

        return new LayerStatistics(mean, variance);
    }
}
