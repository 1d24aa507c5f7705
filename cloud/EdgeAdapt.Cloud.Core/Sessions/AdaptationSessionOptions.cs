using EdgeAdapt.Cloud.Core.Storage;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>How much a session keeps. Every limit bounds memory or disk; reaching one is counted, never an error.</summary>
public sealed record AdaptationSessionOptions
{
    /// <summary>The least number of processed samples that stay on the disk.</summary>
    public const int MinimumRetainedSamples = 1024;

    private const int LargestRememberedIds = 1 << 24;

    /// <summary>Samples that may wait for a step; beyond it the oldest waiting one is dropped. At least the batch size. Default 10,000.</summary>
    public int QueueCapacity { get; init; } = 10_000;

    /// <summary>
    /// Identifiers of deleted samples that each session remembers, 0 to 16777216, 16 bytes each on the disk and some 50 in memory. They are how an upload that is sent
    /// again long after its acknowledgement was lost is recognised. Default 262,144.
    /// </summary>
    public int RememberedIds { get; init; } = SampleStore.DefaultRememberedIds;

    /// <summary>Parameter sets kept on the disk, at least 1. Default 64.</summary>
    public int HistoryLength { get; init; } = 64;

    /// <summary>Steps whose losses are kept for display, at least 1. Default 64.</summary>
    public int RecentSteps { get; init; } = 64;

    /// <summary>Age beyond which a device's statistics no longer count. Default 10 minutes.</summary>
    public TimeSpan StatisticsMaximumAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Sessions that may exist; a device that names yet another group is refused. Default 64.</summary>
    public int MaximumSessions { get; init; } = 64;

    /// <summary>Bytes of decoded pictures kept in memory, all sessions together. Default 256 MiB.</summary>
    public long CacheBytes { get; init; } = 256L << 20;

    /// <summary>All faults, each with its remedy; empty where there is none.</summary>
    /// <param name="batchSize">Samples in a step.</param>
    public IEnumerable<string> Faults(int batchSize)
    {
        if (QueueCapacity < batchSize)
        {
            yield return $"The queue capacity is {QueueCapacity} and a step takes {batchSize} samples. Set it to {batchSize} or more.";
        }

        if (RememberedIds is < 0 or > LargestRememberedIds)
        {
            yield return $"{RememberedIds} identifiers of deleted samples cannot be remembered. Set it to 0 to {LargestRememberedIds}.";
        }

        if (HistoryLength < 1)
        {
            yield return $"The history length is {HistoryLength}. Set it to 1 or more.";
        }

        if (RecentSteps < 1)
        {
            yield return $"The number of recent steps is {RecentSteps}. Set it to 1 or more.";
        }

        if (StatisticsMaximumAge <= TimeSpan.Zero)
        {
            yield return $"The maximum age of statistics is {StatisticsMaximumAge}. Set it above zero.";
        }

        if (MaximumSessions < 1)
        {
            yield return $"The number of sessions is {MaximumSessions}. Set it to 1 or more.";
        }

        if (CacheBytes < 0)
        {
            yield return $"The cache size is {CacheBytes} bytes. Set it to 0 (no cache) or more.";
        }
    }
}
