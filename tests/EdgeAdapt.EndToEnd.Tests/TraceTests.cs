using EdgeAdapt.Demo;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Streams;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>One trace from a frame on a device, over the cloud, to the swap that it caused, as a collector sees it.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [BrokerFact]
    public async Task Swap_WithBothProgramsExporting_IsTheEndOfATraceThatBeginsAtAFrame()
    {
        (IDriftSource source, string student, string teacher) = EmbeddedDemo.Open();
        DriftStream stream = DriftStream.Write(source, "cam-1", Path.Combine(_folder.FullName, "cam-1.npy"), 60, seed: 11);
        string report = Path.Combine(_folder.FullName, "cam-1.jsonl");
        await using var collector = new OtlpReceiver();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        string address = $"http://127.0.0.1:{FreePort.Find()}";
        await using ChildProcess cloud = Programs.Start(Programs.CloudService, Path.Combine(_folder.FullName, "cloud.log"),
        [
            "--student", student, "--teacher", teacher, "--broker", $"{broker.Host}:{broker.Port}", "--state", Path.Combine(_folder.FullName, "cloud"), "--urls", address,
            "--otlp", collector.Address,
        ]);
        await ReadinessProbe.WaitAsync(cloud, new Uri($"{address}/v2/health/ready"), TimeSpan.FromSeconds(120), TimeProvider.System, CancellationToken.None);
        await using ChildProcess agent = Programs.Start(Programs.EdgeAgent, Path.Combine(_folder.FullName, "agent.log"),
        [
            "--model", student, "--source", stream.File, "--loop", "--rate", "40", "--broker", $"{broker.Host}:{broker.Port}", "--device", stream.Device,
            "--state", Path.Combine(_folder.FullName, "agent"), "--report", report, "--threads", "1", "--entropy-high", "1", "--entropy-low", "none", "--otlp", collector.Address + "/",
        ]);
        await Within.SecondsAsync(120, "a parameter set", () => HasSwapped(report), () => agent.LastWords());

        // What waits is sent when the programs stop.
        Assert.True(await agent.StopAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        Assert.True(await cloud.StopAsync(TimeSpan.FromSeconds(30), TimeProvider.System));

        IReadOnlyList<OtlpSpan> spans = collector.Spans;
        OtlpSpan swap = spans.First(s => s is { Service: "edgeadapt-edge", Name: "swap" });
        List<OtlpSpan> way = [swap];
        while (way[^1].ParentId.Length > 0)
        {
            way.Add(spans.Single(s => s.SpanId == way[^1].ParentId));
        }

        Assert.Equal(
            ["edgeadapt-edge/swap", "edgeadapt-cloud/publish", "edgeadapt-cloud/adapt", "edgeadapt-cloud/ingest", "edgeadapt-edge/upload", "edgeadapt-edge/frame"],
            way.Select(s => $"{s.Service}/{s.Name}"));
        Assert.Single(way.Select(s => s.TraceId).Distinct());
        Assert.Equal(way[3].Attributes["edgeadapt.sample.id"], way[4].Attributes["edgeadapt.sample.id"]);
        Assert.Contains(spans, s => s.Name == "outbox" && s.ParentId == way[^1].SpanId);

        // The step names every sample that it was made of, each the end of an ingest.
        OtlpSpan step = way[2];
        Assert.Contains(step.Links, l => l == (way[3].TraceId, way[3].SpanId));
        Assert.Equal(step.Links.Count, step.Links.Distinct().Count());
        Assert.All(step.Links, l => Assert.Contains(spans, s => s.Name == "ingest" && (s.TraceId, s.SpanId) == l));
        Assert.InRange(step.Links.Count, 2, 1000);
        string[] metrics = ["edgeadapt-edge/edgeadapt.frames", "edgeadapt-edge/edgeadapt.inference.duration", "edgeadapt-edge/edgeadapt.outbox.size", "edgeadapt-edge/edgeadapt.swap.duration"];
        Assert.All(metrics, m => Assert.Contains(m, collector.Metrics));
    }

    private static bool HasSwapped(string report)
    {
        if (!File.Exists(report))
        {
            return false;
        }

        using var reader = new StreamReader(new FileStream(report, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Contains("\"kind\":\"parameters\"", StringComparison.Ordinal);
    }
}
