using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// How far the input of one normalization layer is from what the model file was trained on. Both figures are free of the layer's scale: the
/// layer's ε is added to every variance, as the network itself does, so that a channel that is dead in the source does not outweigh all others.
/// </summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Shift">Mean over the channels of |μ − μ_s| / √(σ_s² + ε): standard deviations of the source, from 0 without bound.</param>
/// <param name="Hellinger">
/// Mean over the channels of the Hellinger distance of the two Gaussians, H² = 1 − √(2 σ σ_s / (σ² + σ_s²)) · exp(−(μ − μ_s)² / (4 (σ² + σ_s²))): 0 for equal, 1 for
/// apart. It sees a change of the spread alone too, and no channel can count more than 1 in it.
/// </param>
public sealed record LayerShift(string Layer, double Shift, double Hellinger)
{
    /// <summary>The shift of each layer that has statistics, in the model's order.</summary>
    /// <param name="model">The model; its source statistics are what is compared with.</param>
    /// <param name="statistics">One entry a layer of the model; those of layers without statistics are not looked at.</param>
    /// <exception cref="ArgumentException">The entries are not as many as the layers.</exception>
    public static IReadOnlyList<LayerShift> Of(NormalizationModel model, IReadOnlyList<LayerStatistics> statistics)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(statistics);
        if (statistics.Count != model.Layers.Count)
        {
            throw new ArgumentException($"{statistics.Count} statistics do not match {model.Layers.Count} layers.", nameof(statistics));
        }

        return [.. Enumerable.Range(0, statistics.Count).Where(i => model.Layers[i].HasStatistics).Select(i => Of(model.Layers[i], model.Source[i], statistics[i]))];
    }

    /// <summary>
    /// The median over layers of one of their figures, the mean of the middle two for an even number; null for no layer. The median, because a shift of the input
    /// moves all layers, while a run of one class moves the first and the last most.
    /// </summary>
    public static double? Median(IReadOnlyList<LayerShift> layers, Func<LayerShift, double> figure)
    {
        ArgumentNullException.ThrowIfNull(layers);
        double[] sorted = [.. layers.Select(figure).Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static LayerShift Of(NormalizationLayer layer, LayerParameters source, LayerStatistics seen)
    {
        (double shift, double hellinger) = (0, 0);
        for (int c = 0; c < layer.Channels; c++)
        {
            double distance = Math.Abs((double)seen.Mean[c] - source.Mean[c]);
            double reference = Math.Max((double)source.Variance[c] + layer.Epsilon, double.Epsilon);
            double variance = Math.Max((double)seen.Variance[c] + layer.Epsilon, double.Epsilon);
            double both = variance + reference;
            shift += distance / Math.Sqrt(reference);

            // Rounding may leave the overlap of equal Gaussians a hair above 1.
            double overlap = Math.Sqrt(2 * Math.Sqrt(variance) * Math.Sqrt(reference) / both) * Math.Exp(-distance * distance / (4 * both));
            hellinger += Math.Sqrt(Math.Max(1 - overlap, 0));
        }

        return new LayerShift(layer.Name, shift / layer.Channels, hellinger / layer.Channels);
    }
}
