namespace EdgeAdapt.Demo.Statistics;

/// <summary>Percentiles by the nearest rank: always a value that was measured.</summary>
internal static class Percentile
{
    /// <summary>The smallest value that at least <paramref name="share"/> of the values do not exceed; null where there is none.</summary>
    /// <param name="values">The values, in any order.</param>
    /// <param name="share">0 to 1; 0.5 for the median.</param>
    public static double? Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
