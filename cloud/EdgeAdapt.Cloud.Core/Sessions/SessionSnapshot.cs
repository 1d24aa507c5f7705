using EdgeAdapt.Cloud.Core.Storage;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>A session at one moment.</summary>
/// <param name="Key">Which session.</param>
/// <param name="Version">The newest version; 0 before the first.</param>
/// <param name="PublishedVersion">The newest version that the broker has acknowledged since the service started; 0 for none.</param>
/// <param name="Queued">Samples that wait for a step.</param>
/// <param name="Retained">Samples on the disk.</param>
/// <param name="RetainedBytes">Their size.</param>
/// <param name="Replay">Samples in the replay buffer.</param>
/// <param name="Counts">Counters.</param>
/// <param name="RecentSteps">The last steps, oldest first.</param>
/// <param name="Versions">The stored sets, oldest first.</param>
/// <param name="Statistics">The latest statistics of each device.</param>
public sealed record SessionSnapshot(
    SessionKey Key, long Version, long PublishedVersion, int Queued, int Retained, long RetainedBytes, int Replay, SessionCounts Counts,
    IReadOnlyList<StepRecord> RecentSteps, IReadOnlyList<StoredParameterSet> Versions, IReadOnlyDictionary<string, DeviceStatistics> Statistics);
