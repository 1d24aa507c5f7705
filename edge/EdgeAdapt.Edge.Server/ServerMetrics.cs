using System.Diagnostics.Metrics;
using EdgeAdapt.Observability.Prometheus;

namespace EdgeAdapt.Edge.Server;

/// <summary>What is told of agent, server and the runtime below them, as text. Thread safe.</summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";
    private const string Requests = "{request}";
    private readonly Meter _meter = new("EdgeAdapt.Edge.Server");
    private readonly MetricsCollector _collector;
    private readonly KeyValuePair<string, object?>[] _target;

    public ServerMetrics(InferenceService service)
    {
        Meter agent = service.Model.Meter;
        _target = [.. agent.Tags ?? []];
        _collector = new MetricsCollector(m => m == agent || m == _meter || m.Name == RuntimeMeter);
        _meter.CreateObservableCounter(
            "edgeadapt.server.requests", () => new[] { Of(service.Answered, "answered"), Of(service.Refused, "refused") },
            Requests, "Requests for answers: answered, and refused because the server was full.");
        _meter.CreateObservableGauge("edgeadapt.server.images", () => service.Admitted, "{image}", "Images in the server: decoded, waiting or running.");
        _meter.CreateObservableCounter("edgeadapt.server.images.left_out", () => service.LeftOut, "{image}", "Images answered and not kept as samples because the disk did not keep up.");
    }

    /// <summary>All of it.</summary>
    public string Write(ExpositionFormat format) => Exposition.Write(_collector.Collect(), _target, format);

    /// <inheritdoc/>
    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    private static Measurement<long> Of(long count, string outcome) => new(count, new KeyValuePair<string, object?>("outcome", outcome));
}
