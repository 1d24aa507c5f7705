using System.Diagnostics.Metrics;

namespace EdgeAdapt.Observability.Prometheus;

/// <summary>
/// What one instrument has measured. An attribute with endless values would fill the memory, so series beyond <see cref="MaximumSeries"/> are counted
/// together. Thread safe; a measurement of a known series allocates nothing.
/// </summary>
internal sealed class InstrumentState
{
    /// <summary>Sets of attributes kept apart.</summary>
    public const int MaximumSeries = 256;

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", true)];

    // Those of the specification's default, in seconds: for instruments that advise none.
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private readonly Instrument _instrument;
    private readonly MetricKind _kind;
    private readonly bool _adds;
    private readonly IReadOnlyList<double>? _bounds;
    private readonly Lock _gate = new();
    private readonly List<SeriesState> _series = [];

    public InstrumentState(Instrument instrument)
    {
        _instrument = instrument;
        Type type = instrument.GetType().GetGenericTypeDefinition();
        _kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;

        // An observed value is the whole, a recorded one an addition; a gauge is always the whole.
        _adds = !instrument.IsObservable && type != typeof(Gauge<>);
        _bounds = _kind == MetricKind.Histogram ? (instrument as Instrument<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds : null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            SeriesState series = Find(tags);
            if (_adds)
            {
                series.Add(value);
            }
            else
            {
                series.Set(value);
            }
        }
    }

    /// <summary>Forgets what was observed: attributes that are not observed any more must not stay for ever.</summary>
    public void BeginObservation()
    {
        if (_instrument.IsObservable)
        {
            lock (_gate)
            {
                _series.Clear();
            }
        }
    }

    public MetricFamily ToFamily()
    {
        lock (_gate)
        {
            return new MetricFamily(_instrument.Name, _kind, _instrument.Unit, _instrument.Description, [.. _series.Select(s => s.ToPoint())]);
        }
    }

    private SeriesState Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (SeriesState series in _series)
        {
            if (series.Is(tags))
            {
                return series;
            }
        }

        // The last place is that of all the others together.
        if (_series.Count == MaximumSeries)
        {
            return _series[^1];
        }

        SeriesState added = _series.Count == MaximumSeries - 1 ? new SeriesState(Overflow, _bounds) : new SeriesState(tags.ToArray(), _bounds);
        _series.Add(added);
        return added;
    }
}
