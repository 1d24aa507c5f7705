namespace EdgeAdapt.Corruptions;

/// <summary>How far a corruption made here is from stored images of the same corruption, both made from the same clean images.</summary>
/// <param name="Corruption">Its name.</param>
/// <param name="Kind">Random ones differ pixel by pixel; their moments and spectrum are what can agree.</param>
/// <param name="Images">Images compared.</param>
/// <param name="MeanAbsoluteDifference">Over all pixel values, in levels of 255.</param>
/// <param name="MeanDifference">The largest difference of a channel's mean, in levels of 255.</param>
/// <param name="DeviationDifference">The largest difference of a channel's standard deviation, in levels of 255.</param>
/// <param name="SpectrumRatios">Power of (corrupted − clean) here over there, from low to high frequency.</param>
public sealed record CorruptionComparison(
    string Corruption,
    CorruptionKind Kind,
    int Images,
    double MeanAbsoluteDifference,
    double MeanDifference,
    double DeviationDifference,
    IReadOnlyList<double> SpectrumRatios)
{
    private const int Rings = 6;

    /// <summary>The largest departure of the spectrum: |ratio − 1| at the worst ring.</summary>
    public double SpectrumDifference => SpectrumRatios.Max(r => Math.Abs(r - 1));

    /// <summary>Corrupts images and compares.</summary>
    /// <param name="corruption">What to apply.</param>
    /// <param name="clean">The clean images, uint8 <c>[H, W, C]</c> each.</param>
    /// <param name="stored">The corrupted images, in the same order and size.</param>
    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="severity">1 to 5: that of the stored images.</param>
    /// <param name="seed">Seed of the random ones.</param>
    /// <exception cref="ArgumentException">There is no image, or the two lists do not fit together.</exception>
    public static CorruptionComparison Of(
        Corruption corruption, IReadOnlyList<byte[]> clean, IReadOnlyList<byte[]> stored, int height, int width, int severity, long seed)
    {
        ArgumentNullException.ThrowIfNull(corruption);
        ArgumentNullException.ThrowIfNull(clean);
        ArgumentNullException.ThrowIfNull(stored);
        if (clean.Count == 0 || stored.Count != clean.Count || clean.Zip(stored).Any(pair => pair.First.Length != pair.Second.Length))
        {
            throw new ArgumentException($"{stored.Count} stored images do not belong to {clean.Count} clean ones of the same size.", nameof(stored));
        }

        byte[][] made = new byte[clean.Count][];
        Parallel.For(0, made.Length, i =>
        {
            made[i] = new byte[clean[i].Length];
            corruption.Apply(clean[i], height, width, severity, seed, i, made[i]);
        });
        int channels = clean[0].Length / (height * width);
        ChannelMoments here = new(channels), there = new(channels);
        ImageSpectrum ours = new(height, width, Rings), theirs = new(height, width, Rings);
        double difference = 0;
        for (int i = 0; i < made.Length; i++)
        {
            here.Add(made[i]);
            there.Add(stored[i]);
            ours.Add(clean[i], made[i], channels);
            theirs.Add(clean[i], stored[i], channels);
            difference += made[i].Zip(stored[i], (a, b) => (long)Math.Abs(a - b)).Sum() / (double)made[i].Length;
        }

        return new CorruptionComparison(
            corruption.Name, corruption.Kind, made.Length, difference / made.Length,
            Largest(here.Means(), there.Means()), Largest(here.Deviations(), there.Deviations()),
            [.. ours.Power.Zip(theirs.Power, (a, b) => b > 0 ? a / b : a > 0 ? double.PositiveInfinity : 1)]);
    }

    private static double Largest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
