using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Core.Tests.Ingest;

public sealed class DeviceReportsTests
{
    private static readonly SessionKey Key = new(Workbench.ModelName, "default");

    [Fact]
    public void TakeStatistics_FittingReport_ReachesTheSession()
    {
        using var bench = new IngestBench();
        NewReports(bench).TakeStatistics(Report(bench).ToMessage());
        Assert.Equal(
            bench.Bench.Model.Student.Source[0].Mean, bench.Sessions.Find(Key)!.EdgeStatistics.Combine(bench.Bench.Time.GetUtcNow())![0].Mean);
    }

    [Fact]
    public void TakeStatistics_UnfitReports_AreLoggedAndLeftOut()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        StatisticsReport good = Report(bench);
        reports.TakeStatistics(new MqttMessage { Topic = "elsewhere" });
        reports.TakeStatistics((good with { BaseModelSha256 = new string('a', 64) }).ToMessage());
        reports.TakeStatistics((good with { Model = "other" }).ToMessage());
        reports.TakeStatistics((good with { Tensors = good.Tensors.Skip(1).ToDictionary() }).ToMessage());
        reports.TakeStatistics((good with { Tensors = good.Tensors.ToDictionary(t => t.Key, t => t.Value[1..]) }).ToMessage());
        reports.TakeStatistics(good.ToMessage() with { Payload = good.ToMessage().Payload[..50] });
        Assert.Equal(6, bench.Log.Messages.Count);
        Assert.Null(bench.Sessions.Find(Key)?.EdgeStatistics.Combine(bench.Bench.Time.GetUtcNow()));
    }

    [Fact]
    public void TakeStatus_LastOneOfADevice_IsShownInItsGroup()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        var status = new DeviceStatus { Online = true, Group = "default", Model = Workbench.ModelName, ParameterVersion = 3 };
        reports.TakeStatus(status.ToMessage("default", "cam-1", bench.Bench.Time.GetUtcNow()));
        reports.TakeStatus((status with { Online = false }).ToMessage("default", "cam-1", bench.Bench.Time.GetUtcNow()));
        reports.TakeStatus((status with { Group = "other" }).ToMessage("default", "cam-2", bench.Bench.Time.GetUtcNow()));
        reports.TakeStatus(new MqttMessage { Topic = "edgeadapt/v1/default/cam-3/status", Payload = new byte[] { 0x7b } });
        DeviceReport report = Assert.Single(reports.Of(Key));
        Assert.Equal(("cam-1", false, 3L), (report.Device, report.Status.Online, report.Status.ParameterVersion));
        Assert.Single(bench.Log.Messages);
    }

    [Fact]
    public void TakeTelemetry_LastOneOfADevice_IsShownInItsGroup()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        TelemetryReport report = Telemetry(bench);
        reports.TakeTelemetry(report.ToMessage("default", "cam-2", Workbench.ModelName, bench.Bench.Time.GetUtcNow()));
        reports.TakeTelemetry((report with { Frames = 7 }).ToMessage("default", "cam-1", Workbench.ModelName, bench.Bench.Time.GetUtcNow()));
        reports.TakeTelemetry((report with { Frames = 8 }).ToMessage("default", "cam-1", Workbench.ModelName, bench.Bench.Time.GetUtcNow()));
        reports.TakeTelemetry((report with { Group = "other" }).ToMessage("default", "cam-3", Workbench.ModelName, bench.Bench.Time.GetUtcNow()));

        Assert.Equal([("cam-1", 8L), ("cam-2", 5L)], reports.TelemetryOf(Key).Select(d => (d.Device, d.Report.Frames)));
        Assert.Equal(bench.Bench.Time.GetUtcNow(), reports.TelemetryOf(Key)[0].Received);
        Assert.Equal(0, reports.IgnoredTelemetry);
        Assert.Empty(bench.Log.Messages);
    }

    [Fact]
    public void TakeTelemetry_ChangeRepeatedInEachReport_IsLoggedOnce()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        TelemetryReport report = Telemetry(bench);
        var change = new TelemetryChange { Number = 1, Time = DateTimeOffset.UnixEpoch, Detector = "Adwin", Direction = "Rise", Frame = 4, Before = 0.125, After = 0.5 };
        foreach (long number in new[] { 1, 1, 2, 2 })
        {
            reports.TakeTelemetry((report with { LastChange = change with { Number = number } }).ToMessage("default", "cam-1", Workbench.ModelName, DateTimeOffset.UnixEpoch));
        }

        Assert.Equal(2, bench.Log.Messages.Count);
        Assert.All(bench.Log.Messages, m => Assert.Contains("cam-1", m.Text, StringComparison.Ordinal));

        // The device was started anew, and the next morning's change is its second again.
        reports.TakeTelemetry((report with { LastChange = change with { Number = 2, Time = change.Time.AddDays(1) } }).ToMessage("default", "cam-1", Workbench.ModelName, DateTimeOffset.UnixEpoch));
        Assert.Equal(3, bench.Log.Messages.Count);
    }

    [Fact]
    public void TakeTelemetry_BrokenOrForeign_IsCountedAndLeftOut()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        MqttMessage good = Telemetry(bench).ToMessage("default", "cam-1", Workbench.ModelName, DateTimeOffset.UnixEpoch);
        reports.TakeTelemetry(good with { Topic = good.Topic.Replace(Workbench.ModelName, "other", StringComparison.Ordinal) });
        reports.TakeTelemetry((Telemetry(bench) with { BaseModelSha256 = new string('a', 64) }).ToMessage("default", "cam-1", Workbench.ModelName, DateTimeOffset.UnixEpoch));
        var random = new Random(4);
        for (int round = 0; round < 2000; round++)
        {
            byte[] payload = [.. good.Payload.Span[..random.Next(good.Payload.Length)]];
            if (payload.Length > 0)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            // Cut short, so never a whole report.
            reports.TakeTelemetry(good with { Payload = payload });
        }

        Assert.Equal(2002, reports.IgnoredTelemetry);
        Assert.Empty(reports.TelemetryOf(Key));
    }

    [Fact]
    public void TakeTelemetry_MadeUpNames_CannotFillTheMemory()
    {
        using var bench = new IngestBench();
        DeviceReports reports = NewReports(bench);
        MqttMessage good = Telemetry(bench).ToMessage("default", "cam", Workbench.ModelName, DateTimeOffset.UnixEpoch);
        for (int device = 0; device < DeviceReports.MaximumTelemetryDevices + 5; device++)
        {
            reports.TakeTelemetry(good with { Topic = Topics.Telemetry("default", $"cam-{device}", Workbench.ModelName) });
        }

        Assert.Equal(5, reports.IgnoredTelemetry);
        Assert.Equal(DeviceReports.MaximumTelemetryDevices, reports.TelemetryOf(Key).Count);

        // Those that are known are heard all the same.
        reports.TakeTelemetry(good with { Topic = Topics.Telemetry("default", "cam-3", Workbench.ModelName) });
        Assert.Equal(5, reports.IgnoredTelemetry);
    }

    private static TelemetryReport Telemetry(IngestBench bench) => new()
    {
        Group = "default",
        BaseModelSha256 = bench.Bench.Model.Student.Model.Sha256,
        Frames = 5,
        Window = new TelemetryWindow
        {
            Frames = 5, MeanEntropy = 0.5, MeanConfidence = 0.5, Entropy = [2, 3], Confidence = [5], Classes = new Dictionary<int, long> { [1] = 5 },
        },
    };

    private static DeviceReports NewReports(IngestBench bench) => new(bench.Sessions, bench.Bench.Time, bench.Log);

    private static StatisticsReport Report(IngestBench bench)
    {
        var model = bench.Bench.Model.Student;
        var tensors = new Dictionary<string, float[]>();
        for (int i = 0; i < model.Layers.Count; i++)
        {
            tensors[model.Layers[i].MeanName] = model.Source[i].Mean;
            tensors[model.Layers[i].VarianceName] = model.Source[i].Variance;
        }

        return new StatisticsReport
        {
            Device = "cam-1",
            Group = "default",
            Model = Workbench.ModelName,
            BaseModelSha256 = model.Model.Sha256,
            Frames = 640,
            Tensors = tensors,
            Reported = bench.Bench.Time.GetUtcNow(),
        };
    }
}
