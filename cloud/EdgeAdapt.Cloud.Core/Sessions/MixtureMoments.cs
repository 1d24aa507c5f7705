using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Mean and variance of inputs that come from several devices.</summary>
public static class MixtureMoments
{
    /// <summary>
    /// The moments of the mixture: μ = Σ wμ_d, σ² = Σ w(σ_d² + (μ_d − μ)²), weights normalized to the sum 1. In float64.
    /// </summary>
    /// <param name="parts">One entry a device: statistics of every layer in model order, and a weight above 0. At least one.</param>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public static IReadOnlyList<LayerStatistics> Of(IReadOnlyList<(IReadOnlyList<LayerStatistics> Layers, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new ArgumentException("A mixture has at least one part.", nameof(parts));
        }

        if (parts.Count == 1)
        {
            return parts[0].Layers;
        }

        double total = parts.Sum(p => p.Weight);
        var mixed = new LayerStatistics[parts[0].Layers.Count];
        for (int layer = 0; layer < mixed.Length; layer++)
        {
            int channels = parts[0].Layers[layer].Mean.Length;
            float[] mean = new float[channels];
            float[] variance = new float[channels];
            for (int c = 0; c < channels; c++)
            {
                double m = parts.Sum(p => p.Weight / total * p.Layers[layer].Mean[c]);
                mean[c] = (float)m;
                variance[c] = (float)parts.Sum(p =>
                    p.Weight / total * (p.Layers[layer].Variance[c] + Square(p.Layers[layer].Mean[c] - m)));
            }

            mixed[layer] = new LayerStatistics(mean, variance);
        }

        return mixed;
    }

    private static double Square(double value) => value * value;
}
