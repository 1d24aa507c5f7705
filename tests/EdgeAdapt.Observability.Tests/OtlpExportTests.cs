using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using EdgeAdapt.Observability.Otlp;

namespace EdgeAdapt.Observability.Tests;

public sealed class OtlpExportTests
{
    [Fact]
    public void Dispose_CollectorThatAnswersNothing_WaitsFiveSecondsForAllOfIt()
    {
        // Connections are taken by the kernel, and nobody reads them.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        const string name = "EdgeAdapt.Observability.Tests.Otlp";
        using var source = new ActivitySource(name);
        using var meter = new Meter(name);
        Counter<long> counter = meter.CreateCounter<long>("c");
        OtlpExport export = OtlpExport.Start($"http://{silent.LocalEndpoint}", new OtlpTarget("test", null, "test", new Dictionary<string, object>(), [name]));
        source.StartActivity("s")!.Dispose();
        counter.Add(1);
        long start = Stopwatch.GetTimestamp();
        export.Dispose();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 9);
    }
}
