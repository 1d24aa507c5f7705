using System.Diagnostics.Metrics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Metrics;

/// <summary>The agent's meter: its name, and the instruments that read what the agent counts anyway. A frame pays for none of these.</summary>
public static class AgentMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "EdgeAdapt.Edge";

    /// <summary>The attribute that says what became of something.</summary>
    internal const string Outcome = "outcome";

    private const string Sets = "{set}";
    private const string Samples = "{sample}";

    /// <summary>Creates the meter of one agent; its tags say which one. Dispose it with the agent.</summary>
    internal static Meter Create(EdgeAgentOptions options, string model) => new(new MeterOptions(Name)
    {
        Version = typeof(AgentMeter).Assembly.GetName().Version?.ToString(3),
        Tags =
        [
            new("edgeadapt.device", options.Device), new("edgeadapt.group", options.Group), new("edgeadapt.model", model), new("edgeadapt.tenant", options.Tenant),
            new("service.name", "edgeadapt-edge"), new("service.version", typeof(AgentMeter).Assembly.GetName().Version?.ToString(3)),
        ],
    });

    /// <summary>Adds the instruments that observe an agent.</summary>
    internal static void Observe(AgentParts parts, SampleUploader uploader, FrameLoop loop)
    {
        Meter meter = parts.Meter;
        meter.CreateObservableCounter("edgeadapt.frames", () => new[] { Of(parts.Counters.Answered, "answered"), Of(parts.Counters.Failed, "failed") }, "{frame}", "Frames taken, by what became of them.");
        meter.CreateObservableCounter("edgeadapt.frames.selected", () => parts.Counters.Selected, "{frame}", "Answered frames that the entropy filter kept.");
        meter.CreateObservableCounter("edgeadapt.frames.skipped", () => parts.Counters.SkippedFrames, "{frame}", "Frames of a live source that gave way to newer ones before they were taken.");
        meter.CreateObservableCounter("edgeadapt.frames.busy", () => parts.Rollout.Active.Busy.TotalSeconds, "s", "Time at work on answers, decoding and selection included, added up over threads.");
        meter.CreateObservableCounter(
            "edgeadapt.answers", () => new[] { Of(parts.Counters.PublishedAnswers, "published"), Of(parts.Counters.UnpublishedAnswers, "dropped") }, "{answer}", "Answers for the broker, by what became of them.");
        meter.CreateObservableCounter(
            "edgeadapt.parameters.sets", () => new[] { Of(parts.Counters.ParameterSwaps, "activated"), Of(parts.Counters.RefusedSets, "refused"), Of(parts.Counters.Reversals, "reverted") },
            Sets, "Parameter sets, by what became of them.");
        meter.CreateObservableGauge("edgeadapt.parameters.version", () => parts.Rollout.Active.Version, Sets, "Version of the parameter set that answers; 0 for the model as built.");
        meter.CreateObservableCounter("edgeadapt.statistics.refreshes", () => parts.Counters.StatisticsRefreshes, "{refresh}", "Refreshes of the normalization statistics from this device's frames.");
        meter.CreateObservableCounter("edgeadapt.statistics.skipped_batches", () => parts.Counters.SkippedBatches, "{batch}", "Batches left out of the statistics because the device was busy.");
        meter.CreateObservableUpDownCounter("edgeadapt.outbox.samples", () => parts.Outbox.Count, Samples, "Samples that wait for the cloud.");
        meter.CreateObservableUpDownCounter("edgeadapt.outbox.size", () => parts.Outbox.Bytes, "By", "Bytes of the samples that wait.");
        meter.CreateObservableCounter("edgeadapt.outbox.stored", () => parts.Outbox.Counters.Stored, Samples, "Samples that are, or were, safe on the disk.");
        meter.CreateObservableCounter("edgeadapt.outbox.acknowledged", () => uploader.Acknowledged, Samples, "Samples that the cloud has.");
        meter.CreateObservableCounter("edgeadapt.outbox.dropped", () => Drops(parts.Outbox.Counters.Drops), Samples, "Samples that were not kept, by reason.");
        meter.CreateObservableGauge("edgeadapt.upload.in_flight", () => uploader.InFlight, Samples, "Samples sent and not yet acknowledged by the cloud.");
        meter.CreateObservableCounter("edgeadapt.upload.size", () => parts.Budget.Spent, "By", "Bytes that samples have taken; the byte budget counts them.");
        meter.CreateObservableCounter("edgeadapt.upload.reports", () => parts.Budget.Reported, "By", "Bytes that status, statistics, telemetry and answers have taken; the byte budget counts them too.");
        meter.CreateObservableGauge("edgeadapt.selection.entropy", () => Thresholds(loop), "{nat}", "The thresholds of the entropy filter in force: E_min as a byte budget has raised it, and E_max.");
        meter.CreateObservableGauge("edgeadapt.upload.budget.available", () => Budget(parts.Budget), "By", "Bytes that may be sent now under each byte budget, with what waits for a change of the stream; 0 or more.");
        meter.CreateObservableGauge("edgeadapt.settings.valid", () => parts.SettingsFault is null ? 1 : 0, "{file}", "1 where the newest settings are in use, 0 where they have a fault and the last good ones stay.");
        meter.CreateObservableGauge("edgeadapt.uplink.connected", () => parts.Uplink.IsConnected ? 1 : 0, "{connection}", "1 with a connection to the broker, 0 without.");
        meter.CreateObservableCounter(
            "edgeadapt.uplink.io", () => new[] { Direction(parts.Uplink.BytesSent, "transmit"), Direction(parts.Uplink.BytesReceived, "receive") }, "By", "Bytes of MQTT packets of messages.");
        ResourceMeter.Observe(meter, ControlGroup.Open(), new ProcessUse());
    }

    private static Measurement<long> Of(long count, string outcome) => new(count, new KeyValuePair<string, object?>(Outcome, outcome));

    private static Measurement<long> Direction(long bytes, string direction) => new(bytes, new KeyValuePair<string, object?>("network.io.direction", direction));

    private static Measurement<long>[] Drops(OutboxDrops drops)
    {
        static Measurement<long> Reason(long count, string reason) => new(count, new KeyValuePair<string, object?>("reason", reason));
        return
        [
            Reason(drops.Full, "full"), Reason(drops.TooOld, "too_old"), Reason(drops.Duplicate, "duplicate"), Reason(drops.Damaged, "damaged"),
            Reason(drops.Unsendable, "unsendable"), Reason(drops.Storage, "storage"), Reason(drops.Busy, "busy"),
        ];
    }

    private static IEnumerable<Measurement<double>> Thresholds(FrameLoop loop) =>
        new (double? Value, string Name)[] { (loop.MinimumEntropy, "minimum"), (loop.MaximumEntropy, "maximum") }
            .Where(t => t.Value is not null).Select(t => new Measurement<double>(t.Value!.Value, new KeyValuePair<string, object?>("threshold", t.Name)));

    private static IEnumerable<Measurement<double>> Budget(ByteBudget budget) =>
        budget.Windows.Select(b => new Measurement<double>(b.Available, new KeyValuePair<string, object?>("period", $"{b.Period.TotalSeconds:0}s")));
}
