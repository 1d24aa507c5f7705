namespace EdgeAdapt.Observability.Prometheus;

/// <summary>What the numbers of a metric mean.</summary>
public enum MetricKind
{
    /// <summary>Only grows while the process lives.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How many measurements fell below each of several bounds, and their sum.</summary>
    Histogram,
}
