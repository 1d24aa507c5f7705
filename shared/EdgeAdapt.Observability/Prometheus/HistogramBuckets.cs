namespace EdgeAdapt.Observability.Prometheus;

/// <summary>How measurements spread.</summary>
/// <param name="Bounds">Upper bounds, each inclusive, ascending, without infinity.</param>
/// <param name="Counts">Measurements in each bucket, not cumulative; one more than there are bounds.</param>
public sealed record HistogramBuckets(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts)
{
    /// <summary>All measurements.</summary>
    public long Count => Counts.Sum();
}
