using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>What happened in an outbox since it was opened, in samples.</summary>
public sealed record OutboxCounters
{
    /// <summary>Accepted: written to disk and forced there.</summary>
    public long Stored { get; init; }

    /// <summary>Deleted because the cloud has them.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Not kept, or not kept any longer, by reason.</summary>
    public OutboxDrops Drops { get; init; } = new();

    /// <summary>Unfinished files deleted at the start: the process had been killed while it wrote them. None of them had been accepted.</summary>
    public long Unfinished { get; init; }

    /// <summary>Samples lost for any reason.</summary>
    public long Dropped => Drops.Lost;
}
