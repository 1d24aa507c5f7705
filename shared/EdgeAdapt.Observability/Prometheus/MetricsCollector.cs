using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EdgeAdapt.Observability.Prometheus;

/// <summary>
/// Keeps the numbers of meters from its creation on, for whoever asks. A measurement costs one lock and no allocation; observed values are read when
/// asked for. Thread safe.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentState> _instruments = new();
    private readonly Lock _gate = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="includes">Which meters; called for each instrument, at once and for later ones.</param>
    public MetricsCollector(Predicate<Meter> includes)
    {
        ArgumentNullException.ThrowIfNull(includes);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (includes(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, i => new InstrumentState(i)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out InstrumentState? _);
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.Start();
    }

    /// <summary>Every instrument that has measured something, by name.</summary>
    /// <exception cref="AggregateException">An observed value cannot be read: a defect of the instrument.</exception>
    public IReadOnlyList<MetricFamily> Collect()
    {
        // Two who ask at once would observe into each other's series.
        lock (_gate)
        {
            foreach (InstrumentState instrument in _instruments.Values)
            {
                instrument.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            return [.. _instruments.Values.Select(i => i.ToFamily()).Where(f => f.Points.Count > 0).OrderBy(f => f.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => (state as InstrumentState)?.Record(value, tags);
}
