namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>What happened in an outbox since it was opened, in samples.</summary>
public sealed record OutboxCounters
{
    /// <summary>Written to disk.</summary>
    public long Stored { get; init; }

    /// <summary>Deleted because the cloud has them.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Not stored because the same bytes waited already.</summary>
    public long Duplicates { get; init; }

    /// <summary>Dropped as the oldest because the outbox was full.</summary>
    public long DroppedForCapacity { get; init; }

    /// <summary>Dropped because a single sample was larger than the outbox.</summary>
    public long DroppedAsTooLarge { get; init; }

    /// <summary>Dropped because the disk did not take them.</summary>
    public long DroppedByStorage { get; init; }

    /// <summary>Files found damaged and set aside.</summary>
    public long Quarantined { get; init; }

    /// <summary>Unfinished files deleted at the start: the process had been killed while it wrote them.</summary>
    public long Unfinished { get; init; }

    /// <summary>Samples lost for any reason.</summary>
    public long Dropped => DroppedForCapacity + DroppedAsTooLarge + DroppedByStorage + Quarantined;
}
