using System.Diagnostics.Metrics;

namespace EdgeAdapt.Edge.Core.Metrics;

/// <summary>How long things take. Recording costs some tens of nanoseconds where someone listens, hardly anything where nobody does, and allocates nothing. Thread safe.</summary>
internal sealed class AgentDurations(Meter meter)
{
    private static readonly KeyValuePair<string, object?> Parameters = new("kind", "parameters");
    private static readonly KeyValuePair<string, object?> Statistics = new("kind", "statistics");

    private readonly Histogram<double> _inference = meter.CreateHistogram(
        "edgeadapt.inference.duration", "s", "Time of one run of the model.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });

    private readonly Histogram<double> _swap = meter.CreateHistogram(
        "edgeadapt.swap.duration", "s", "From the decision for new parameters or statistics to the moment in which they answer; answers go on meanwhile.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    /// <summary>Records a run of the model.</summary>
    public void RecordInference(TimeSpan elapsed) => _inference.Record(elapsed.TotalSeconds);

    /// <summary>Records a swap of parameters.</summary>
    public void RecordParameters(double milliseconds) => _swap.Record(milliseconds / 1000, Parameters);

    /// <summary>Records a swap of statistics.</summary>
    public void RecordStatistics(double milliseconds) => _swap.Record(milliseconds / 1000, Statistics);
}
