using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>How the agent stands; written each second, and once more with type "finished" at the end.</summary>
public sealed record StatusLine(string Type = "status") : ReportLine(Type)
{
    /// <summary>When, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether there is a connection to the broker.</summary>
    public required bool Connected { get; init; }

    /// <summary>Samples that wait in the outbox.</summary>
    public required int Outbox { get; init; }

    /// <summary>Bytes that wait in the outbox.</summary>
    public required long OutboxBytes { get; init; }

    /// <summary>Samples lost, for whatever reason.</summary>
    public required long Dropped { get; init; }

    /// <summary>Samples that were not kept, by reason.</summary>
    public required OutboxDrops Drops { get; init; }

    /// <summary>Frames seen since the start.</summary>
    public required long Seen { get; init; }

    /// <summary>Frames that got no answer.</summary>
    public required long Failed { get; init; }

    /// <summary>Frames that the entropy filter kept.</summary>
    public required long Selected { get; init; }

    /// <summary>Samples that the cloud has acknowledged.</summary>
    public required long Uploaded { get; init; }

    /// <summary>Bytes sent, MQTT packets of messages.</summary>
    public required long BytesUp { get; init; }

    /// <summary>Bytes received, MQTT packets of messages.</summary>
    public required long BytesDown { get; init; }

    /// <summary>Version of the parameter set that answers; 0 for the model as built.</summary>
    public required long Version { get; init; }

    /// <summary>Parameter sets swapped in.</summary>
    public required long ParameterSwaps { get; init; }

    /// <summary>Parameter sets refused.</summary>
    public required long RefusedSets { get; init; }

    /// <summary>Parameter sets taken back after they had answered.</summary>
    public long RevertedSets { get; init; }

    /// <summary>Statistics swapped in.</summary>
    public required long StatisticsRefreshes { get; init; }

    /// <summary>Batches left out of the statistics because the device was still busy with the one before.</summary>
    public required long SkippedBatches { get; init; }

    /// <summary>E_max(t) of the entropy filter in nats; absent where there is no upper bound.</summary>
    public double? MaximumEntropy { get; init; }

    /// <summary>
    /// E_min in nats as it is in force: where there is a byte budget, the entropy that only the kept share of the frames exceeds. Absent where there is no lower bound.
    /// </summary>
    public double? MinimumEntropy { get; init; }

    /// <summary>Largest share of the frames that the byte budget lets the filter keep; absent where there is no budget.</summary>
    public double? UploadShare { get; init; }

    /// <summary>Bytes that samples have taken since the start; the byte budget counts them.</summary>
    public required long SampleBytes { get; init; }

    /// <summary>Bytes that status, statistics, telemetry and published answers have taken since the start; the byte budget counts them too.</summary>
    public long ReportBytes { get; init; }

    /// <summary>Why settings that came while the agent runs are not used; absent where the newest ones are.</summary>
    public string? SettingsFault { get; init; }

    /// <summary>Frames of a live source that gave way to newer ones.</summary>
    public long SkippedFrames { get; init; }

    /// <summary>Answers that were published at the broker.</summary>
    public long PublishedAnswers { get; init; }

    /// <summary>Answers that were to be published and were not.</summary>
    public long UnpublishedAnswers { get; init; }

    /// <summary>Why the agent ended, in a "finished" line: "drained", "drain timeout" or "stopped".</summary>
    public string? Reason { get; init; }
}
