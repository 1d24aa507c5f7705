using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Everything of a session that is not in its sample store and its history. Written after each step.</summary>
public sealed record SessionCheckpoint
{
    /// <summary>The version of the last set made; 0 before the first.</summary>
    public required long Version { get; init; }

    /// <summary>Samples up to this sequence number have had their step; later ones on the disk still wait.</summary>
    public required long ProcessedSequence { get; init; }

    /// <summary>The state of training; null before the first step.</summary>
    public CloudAdapterState? Adapter { get; init; }

    /// <summary>The session's counters.</summary>
    public SessionCounts Counts { get; init; } = new();

    /// <summary>The last steps, oldest first.</summary>
    public IReadOnlyList<StepRecord> RecentSteps { get; init; } = [];
}
