using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>The arithmetic of <see cref="ChangeDetection"/>.</summary>
internal static class ChangeDetector
{
    /// <summary>Measured noise grows at most by this factor over what it was, so that a change below the threshold does not pass for noise at once.</summary>
    private const float LargestSurprise = 4;
    private const double VarianceFloor = 1e-5;

    /// <summary>Compares the newest images with the average before them.</summary>
    /// <param name="memory">The average, and the noise so far.</param>
    /// <param name="recent">The newest images' moments, one entry a layer.</param>
    /// <param name="recentImages">How many images they stand for.</param>
    /// <returns>One entry a layer: distance times number of images; NaN for a layer without statistics.</returns>
    public static double[] Compare(StatisticsMemory memory, IReadOnlyList<LayerStatistics> recent, float recentImages)
    {
        double unit = (1 / (double)recentImages) + (1 / (double)memory.Images);
        return [.. memory.Average.Zip(recent, (average, newest) => average.Mean.Length == 0 ? double.NaN : Distance(average, newest) / unit)];
    }

    /// <summary>The median over the layers of what was seen over what chance gives.</summary>
    public static double Excess(StatisticsMemory memory, double[] seen, ChangeDetection options)
    {
        double[] ratios = [.. seen.Select((value, layer) => value / Expected(memory, layer, options)).Where(ratio => !double.IsNaN(ratio)).Order()];
        int middle = ratios.Length / 2;
        return ratios.Length == 0 ? 0 : ratios.Length % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
    }

    /// <summary>The noise with what was just seen in it.</summary>
    /// <param name="memory">The noise so far.</param>
    /// <param name="seen">What <see cref="Compare"/> gave.</param>
    /// <param name="share">The part of a window that was new in it, above 0 and at most 1.</param>
    /// <param name="options">Constants.</param>
    public static (float[] Noise, float Weight) Learn(StatisticsMemory memory, double[] seen, float share, ChangeDetection options)
    {
        float weight = Math.Min(memory.NoiseWeight + share, options.NoiseMemory);
        float[] noise = new float[seen.Length];
        for (int layer = 0; layer < seen.Length; layer++)
        {
            if (!double.IsNaN(seen[layer]))
            {
                double value = Math.Min(seen[layer], LargestSurprise * Expected(memory, layer, options));
                noise[layer] = (float)(memory.Noise[layer] + (share / weight * (value - memory.Noise[layer])));
            }
        }

        return (noise, weight);
    }

    private static double Expected(StatisticsMemory memory, int layer, ChangeDetection options) =>
        ((options.InitialWeight * options.InitialNoise) + (memory.NoiseWeight * memory.Noise[layer])) / (options.InitialWeight + memory.NoiseWeight);

    /// <summary>Mean over channels of ((μ₁ − μ₂)² + (σ₁ − σ₂)²) over the mean of both variances.</summary>
    private static double Distance(LayerStatistics first, LayerStatistics second)
    {
        double sum = 0;
        for (int c = 0; c < first.Mean.Length; c++)
        {
            double shift = (double)first.Mean[c] - second.Mean[c];
            double spread = Math.Sqrt(first.Variance[c]) - Math.Sqrt(second.Variance[c]);
            sum += ((shift * shift) + (spread * spread)) / (((first.Variance[c] + (double)second.Variance[c]) / 2) + VarianceFloor);
        }

        return sum / first.Mean.Length;
    }
}
