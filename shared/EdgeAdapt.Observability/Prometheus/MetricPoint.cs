namespace EdgeAdapt.Observability.Prometheus;

/// <summary>The numbers of one set of attributes.</summary>
/// <param name="Tags">The attributes.</param>
/// <param name="Value">The value; of a histogram the sum of its measurements.</param>
/// <param name="Buckets">Of a histogram, its buckets; null otherwise.</param>
public sealed record MetricPoint(IReadOnlyList<KeyValuePair<string, object?>> Tags, double Value, HistogramBuckets? Buckets = null);
