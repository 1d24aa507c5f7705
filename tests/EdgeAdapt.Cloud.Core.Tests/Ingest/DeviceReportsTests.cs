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
