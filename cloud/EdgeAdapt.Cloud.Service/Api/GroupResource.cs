using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Service.Api;

/// <summary>A group as the REST interface shows it.</summary>
internal sealed record GroupResource(
    string Id, string Model, string Topic, long Version, long PublishedVersion,
    GroupResource.SampleCounts Samples, GroupResource.StepCounts Steps, GroupResource.PublishedCounts Published, GroupResource.AuditResult Audit,
    IReadOnlyList<GroupResource.StoredVersion> Versions, IReadOnlyList<GroupResource.Device> Devices)
{
    public static GroupResource Of(SessionSnapshot snapshot, IReadOnlyList<DeviceReport> devices, IReadOnlyList<DeviceTelemetry> telemetry, string tenant)
    {
        SessionCounts counts = snapshot.Counts;
        string group = snapshot.Key.Group;
        string model = snapshot.Key.Model;
        string[] names = [.. devices.Select(d => d.Device).Union(snapshot.Statistics.Keys).Union(telemetry.Select(t => t.Device)).Order(StringComparer.Ordinal)];
        return new GroupResource(
            group, model, Topics.GroupParameters(tenant, group, model), snapshot.Version, snapshot.PublishedVersion,
            new SampleCounts(
                counts.Received, counts.Stored, counts.Duplicates, counts.Refused, counts.Dropped, counts.Damaged, counts.Processed,
                snapshot.Queued, snapshot.Retained, snapshot.RetainedBytes, snapshot.Replay),
            new StepCounts(counts.Steps, counts.Diverged, counts.Failures, [.. snapshot.RecentSteps.Select(Step.Of)]),
            new PublishedCounts(counts.Published, counts.PublishedBytes),
            new AuditResult(
                counts.Audit.Received, counts.Audit.Judged, counts.Audit.Agreed, counts.Audit.Skipped, WilsonInterval.Of(counts.Audit.Agreed, counts.Audit.Judged)),
            [.. snapshot.Versions.Select(v => new StoredVersion(v, $"/api/v1/groups/{group}/parameters/{v.Version}?model={model}"))],
            [
                .. names.Select(n => new Device(
                    n, devices.FirstOrDefault(d => d.Device == n), snapshot.Statistics.GetValueOrDefault(n), telemetry.FirstOrDefault(t => t.Device == n))),
            ]);
    }

    internal sealed record SampleCounts(
        long Received, long Stored, long Duplicates, IReadOnlyDictionary<string, long> Refused, long Dropped, long Damaged, long Processed,
        int Queued, int Retained, long RetainedBytes, int Replay);

    internal sealed record StepCounts(long Taken, long Diverged, long Failures, IReadOnlyList<Step> Recent);

    internal sealed record Step(
        long Number, DateTimeOffset Time, long? Version, int Samples, double? TeacherLoss, double? StudentLoss, double Milliseconds, string? Fault)
    {
        public static Step Of(StepRecord record) => new(
            record.Step, record.Time, record.Version, record.Samples, Finite(record.TeacherLoss), Finite(record.StudentLoss),
            Math.Round(record.Milliseconds, 1), record.Fault);

        // JSON has no NaN: a loss that is not a number is left out, and Fault says why.
        private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
    }

    internal sealed record PublishedCounts(long Sets, long Bytes);

    internal sealed record AuditResult(long Received, long Judged, long Agreed, long Skipped, WilsonInterval? Agreement);

    internal sealed record StoredVersion(long Version, long Bytes, DateTimeOffset? Created, long SamplesSeen, long Steps, string Href)
    {
        public StoredVersion(StoredParameterSet set, string href) : this(set.Version, set.Bytes, set.Created, set.SamplesSeen, set.Steps, href)
        {
        }
    }

    internal sealed record Device(
        string Name, DateTimeOffset? LastStatus, DeviceStatus? Status, DateTimeOffset? LastStatistics, long? StatisticsFrames,
        DateTimeOffset? LastTelemetry, TelemetryReport? Telemetry)
    {
        public Device(string name, DeviceReport? report, DeviceStatistics? statistics, DeviceTelemetry? telemetry)
            : this(name, report?.Received, report?.Status, statistics?.Received, statistics?.Frames, telemetry?.Received, telemetry?.Report)
        {
        }
    }
}
