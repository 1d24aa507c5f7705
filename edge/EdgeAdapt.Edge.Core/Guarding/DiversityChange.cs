namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>
/// How many classes a new set tells apart for each that the last good one does on the same frames, counted as the effective number of classes: exp of the entropy of their
/// frequencies (Hill's number of order 1), which is K for K classes of equal frequency and 1 for one class.
/// </summary>
/// <param name="Ratio">Of the new set's number to the last good one's; 1 without frames.</param>
/// <param name="Sure">The upper end of a 99 % interval of the ratio, by the jackknife over frames; 1 or more where nothing is sure.</param>
internal readonly record struct DiversityChange(double Ratio, double Sure)
{
    private const double StandardErrors = 2.576;

    /// <summary>Of the classes given to the same frames in the same order.</summary>
    public static DiversityChange Of(IReadOnlyList<int> good, IReadOnlyList<int> now)
    {
        int n = good.Count;
        if (n < 2)
        {
            return new DiversityChange(1, double.PositiveInfinity);
        }

        (double goodEntropy, double[] goodWithout) = Entropies(good);
        (double nowEntropy, double[] nowWithout) = Entropies(now);
        double[] without = [.. nowWithout.Zip(goodWithout, (a, b) => a - b)];
        double mean = without.Average();
        double error = Math.Sqrt((n - 1.0) / n * without.Sum(d => (d - mean) * (d - mean)));
        double change = nowEntropy - goodEntropy;
        return new DiversityChange(Math.Exp(change), Math.Exp(change + (StandardErrors * error)));
    }

    /// <summary>The entropy of the classes' frequencies, in nats, and what it would be without each frame.</summary>
    private static (double All, double[] Without) Entropies(IReadOnlyList<int> classes)
    {
        var counts = classes.CountBy(c => c).ToDictionary();
        int n = classes.Count;
        double sum = counts.Values.Sum(Weighted);
        return (Math.Log(n) - (sum / n), [.. classes.Select(c => Math.Log(n - 1) - ((sum - Weighted(counts[c]) + Weighted(counts[c] - 1)) / (n - 1)))]);
    }

    private static double Weighted(int count) => count == 0 ? 0 : count * Math.Log(count);
}
