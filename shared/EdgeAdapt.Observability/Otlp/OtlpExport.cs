using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeAdapt.Observability.Otlp;

/// <summary>
/// Sends metrics and traces of this process to an OpenTelemetry collector until disposed; disposal sends what waits, for at most five seconds. A collector that is away
/// costs nothing but the data: queues are bounded, and nobody waits.
/// </summary>
public sealed class OtlpExport : IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const int LastWords = 5000;
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Whether the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT).</summary>
    public static bool IsInEnvironment => Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 };

    /// <summary>What is wrong with an address, with the remedy; null for a good one.</summary>
    public static string? FindFault(string address) => Parse(address) is null
        ? $"--otlp is '{address}'. Give the collector's address for OTLP over HTTP, for example http://127.0.0.1:4318."
        : null;

    /// <summary>Starts.</summary>
    /// <param name="address">
    /// The collector's base address for OTLP over HTTP; null takes what the environment says (OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _HEADERS, _TIMEOUT).
    /// </param>
    /// <param name="target">What is exported.</param>
    /// <exception cref="ArgumentException">The address has a fault.</exception>
    public static OtlpExport Start(string? address, OtlpTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Uri? collector = address is null ? null : Parse(address) ?? throw new ArgumentException(FindFault(address), nameof(address));
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddService(target.Service, serviceVersion: target.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: target.Instance)
            .AddAttributes(target.Attributes).AddTelemetrySdk().AddEnvironmentVariableDetector();
        string[] sources = [.. target.Sources];
        return new OtlpExport(
            Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(sources).AddOtlpExporter(o => Configure(o, collector, "v1/traces")).Build(),
            Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(sources).AddOtlpExporter(o => Configure(o, collector, "v1/metrics")).Build());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Both at once, and shut down rather than flushed: one after the other, and then once more in disposal, each would wait for the same silent collector.
        Task.WaitAll(Task.Run(() => _traces.Shutdown(LastWords)), Task.Run(() => _metrics.Shutdown(LastWords)));
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, Uri? collector, string path)
    {
        // Over HTTP unless the environment says otherwise: the other protocol needs HTTP/2 without TLS, which few proxies let through.
        if (collector is not null || Environment.GetEnvironmentVariable(ProtocolVariable) is null)
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
        }

        if (collector is not null)
        {
            options.Endpoint = new Uri(collector, path);
        }
    }

    private static Uri? Parse(string address) =>
        Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 ? uri : null;
}
