namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>Two points of a distribution of times.</summary>
/// <param name="P50">The median in milliseconds.</param>
/// <param name="P99">What 99 of 100 do not exceed, in milliseconds.</param>
internal sealed record Percentiles(double P50, double P99)
{
    /// <summary>Of times in milliseconds; at least one.</summary>
    public static Percentiles Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new Percentiles(sorted[(sorted.Length - 1) / 2], sorted[(int)(0.99 * (sorted.Length - 1))]);
    }
}
