using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core;

/// <summary>What an agent tells of itself: status, statistics and telemetry over the uplink, each the newest alone, and status lines in its report.</summary>
internal sealed class AgentReports
{
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(3);
    private const int StatusLinesPerPublication = 10;

    // Of what reports may take of a byte budget, answers aside: a set of statistics is several times as long as the others and teaches the cloud something.
    private const double StatisticsPart = 0.4;
    private const double StatusPart = 0.2;
    private const double TelemetryPart = 0.2;
    private readonly AgentParts _parts;
    private readonly SampleUploader _uploader;
    private readonly FrameLoop _loop;
    private readonly TimeProvider _time;
    private readonly LatestMessagePublisher _statistics;
    private readonly LatestMessagePublisher _status;
    private readonly LatestMessagePublisher _telemetry;
    private readonly ReportAllowance _statusAllowance;

    public AgentReports(AgentParts parts, SampleUploader uploader, FrameLoop loop, TimeProvider time, ILogger logger)
    {
        (_parts, _uploader, _loop, _time) = (parts, uploader, loop, time);
        _statistics = new LatestMessagePublisher(parts.Uplink, parts.Budget.Allow(StatisticsPart), time, logger);
        _statusAllowance = parts.Budget.Allow(StatusPart);
        _status = new LatestMessagePublisher(parts.Uplink, _statusAllowance, time, logger);
        _telemetry = new LatestMessagePublisher(parts.Uplink, parts.Budget.Allow(TelemetryPart), time, logger);
    }

    /// <summary>Starts what runs until cancelled. One that ends earlier has failed.</summary>
    public IEnumerable<Task> Start(CancellationToken cancellationToken) =>
        [_statistics.RunAsync(cancellationToken), _status.RunAsync(cancellationToken), _telemetry.RunAsync(cancellationToken), ReportStatusAsync(cancellationToken)];

    /// <summary>Publishes the layers' statistics.</summary>
    public void PublishStatistics(DeviceStatistics statistics, long version, bool changed) =>
        _statistics.Offer(new StatisticsReport
        {
            Tenant = _parts.Options.Tenant,
            Device = _parts.Options.Device,
            Group = _parts.Options.Group,
            Model = _parts.ModelName,
            BaseModelSha256 = _parts.ModelSha256,
            ParameterVersion = version,
            Frames = statistics.Frames,
            Tensors = _parts.NameStatistics(statistics.Mixed),
            Reported = _time.GetUtcNow(),
        }.ToMessage());

    /// <summary>Publishes how the stream looks.</summary>
    public void PublishTelemetry(DriftSnapshot snapshot) =>
        _telemetry.Offer(DriftReporter.ToMessage(snapshot, _parts.Options, _parts.ModelName, _parts.ModelSha256, _parts.Rollout.Active.Version));

    /// <summary>Publishes, retained, that the agent is there and how it stands.</summary>
    public void PublishStatus() => _status.Offer(DeviceStatusMessage(online: true));

    /// <summary>Publishes that the agent is gone, unless the broker is or takes too long.</summary>
    public async Task SayFarewellAsync()
    {
        if (!_parts.Uplink.IsConnected)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(FarewellTimeout, _time);
        try
        {
            MqttMessage farewell = DeviceStatusMessage(online: false);
            _statusAllowance.Spend(farewell.PacketLength);
            await _parts.Uplink.PublishAsync(farewell, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A broker that does not answer now must not hold up the stop.
        }
    }

    /// <summary>How the agent stands, as a line of its report.</summary>
    public StatusLine Status(string type) => new(type)
    {
        Time = _time.GetUtcNow(),
        Connected = _parts.Uplink.IsConnected,
        Outbox = _parts.Outbox.Count,
        OutboxBytes = _parts.Outbox.Bytes,
        Dropped = _parts.Outbox.Counters.Dropped,
        Drops = _parts.Outbox.Counters.Drops,
        Seen = _parts.Counters.Seen,
        Failed = _parts.Counters.Failed,
        Selected = _parts.Counters.Selected,
        Uploaded = _uploader.Acknowledged,
        BytesUp = _parts.Uplink.BytesSent,
        BytesDown = _parts.Uplink.BytesReceived,
        Version = _parts.Rollout.Active.Version,
        ParameterSwaps = _parts.Counters.ParameterSwaps,
        RefusedSets = _parts.Counters.RefusedSets,
        RevertedSets = _parts.Counters.Reversals,
        StatisticsRefreshes = _parts.Counters.StatisticsRefreshes,
        SkippedBatches = _parts.Counters.SkippedBatches,
        MaximumEntropy = _loop.MaximumEntropy,
        MinimumEntropy = _loop.MinimumEntropy,
        UploadShare = _parts.Steering.Share,
        SampleBytes = _parts.Budget.Spent,
        ReportBytes = _parts.Budget.Reported,
        SkippedFrames = _parts.Counters.SkippedFrames,
        PublishedAnswers = _parts.Counters.PublishedAnswers,
        UnpublishedAnswers = _parts.Counters.UnpublishedAnswers,
        SettingsFault = _parts.SettingsFault,
    };

    private MqttMessage DeviceStatusMessage(bool online)
    {
        var bare = new DeviceStatus
        {
            Online = online,
            Group = _parts.Options.Group,
            Model = _parts.ModelName,
            ParameterVersion = _parts.Rollout.Active.Version,
            AgentVersion = typeof(EdgeAgent).Assembly.GetName().Version?.ToString(3),
            Privacy = _parts.Options.Privacy switch
            {
                PrivacyMode.Images => null,
                PrivacyMode.Statistics => "statistics",
                _ => "nothing",
            },
        };
        DeviceStatus status = _parts.Options.Privacy == PrivacyMode.Nothing ? bare : bare with
        {
            OutboxCount = _parts.Outbox.Count,
            OutboxBytes = _parts.Outbox.Bytes,
            OutboxDropped = _parts.Outbox.Counters.Dropped,
            OutboxDrops = _parts.Outbox.Counters.Drops,
            FramesAnswered = _parts.Counters.Answered,
            FramesFailed = _parts.Counters.Failed,
            SamplesSelected = _parts.Counters.Selected,
            SamplesUploaded = _uploader.Acknowledged,
            RefusedParameters = _parts.Rollout.LastRefusal,
            RevertedParameters = _parts.Rollout.LastReversal,
            RefusedSettings = _parts.SettingsFault,
        };
        return status.ToMessage(_parts.Options.Tenant, _parts.Options.Device, _time.GetUtcNow());
    }

    private async Task ReportStatusAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(StatusPeriod, _time);
        for (int i = 1; await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false); i++)
        {
            _parts.Report.Write(Status("status"));
            if (i % StatusLinesPerPublication == 0 && _parts.Uplink.IsConnected)
            {
                PublishStatus();
            }
        }
    }
}
