namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>Bounds of the outbox, and how it ranks what waits.</summary>
public sealed record OutboxOptions
{
    /// <summary>Default of <see cref="MaximumBytes"/>: 256 MiB.</summary>
    public const long DefaultMaximumBytes = 256L << 20;

    /// <summary>Smallest <see cref="MaximumBytes"/>: 64 KiB, room for a few small samples.</summary>
    public const long SmallestMaximumBytes = 64L << 10;

    /// <summary>Bytes of files that may wait for the cloud. Beyond it the least valuable samples are dropped and counted.</summary>
    public long MaximumBytes { get; init; } = DefaultMaximumBytes;

    /// <summary>Bytes of the largest sample that is taken, above 0: larger ones could never be sent. Default without a bound of its own.</summary>
    public long MaximumSampleBytes { get; init; } = long.MaxValue;

    /// <summary>How long a sample may wait, 1 minute to 3650 days; older ones are dropped and counted. Default 7 days.</summary>
    public TimeSpan MaximumAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How samples are valued.</summary>
    public SampleValueOptions Value { get; init; } = new();

    /// <summary>Ids of acknowledged samples that are remembered, the newest, 16 bytes each; 0 to 16777216. Default 65536: 1 MiB.</summary>
    public int RememberedIds { get; init; } = 1 << 16;

    /// <summary>Samples that may wait for the disk to take them, 1 to 4096; beyond it they are dropped and counted, since answers do not wait. Default 64.</summary>
    public int QueuedWrites { get; init; } = 64;

    /// <summary>Damaged files that are kept for inspection; older ones are deleted. 0 deletes them at once.</summary>
    public int QuarantinedFiles { get; init; } = 16;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaximumBytes < SmallestMaximumBytes)
        {
            yield return $"The outbox may hold {MaximumBytes} bytes, which is less than one picture. Give at least {SmallestMaximumBytes}.";
        }

        if (MaximumSampleBytes < 1)
        {
            yield return $"The largest sample has {MaximumSampleBytes} bytes. Give a number above 0.";
        }

        if (MaximumAge < TimeSpan.FromMinutes(1) || MaximumAge > TimeSpan.FromDays(3650))
        {
            yield return $"A sample may wait {MaximumAge}. Give --outbox-hours 1 minute to 3650 days, for example 168.";
        }

        if (RememberedIds is < 0 or > 1 << 24)
        {
            yield return $"{RememberedIds} ids of acknowledged samples cannot be remembered. Give --outbox-remembered 0 to {1 << 24}, for example 65536.";
        }

        if (QueuedWrites is < 1 or > 4096)
        {
            yield return $"{QueuedWrites} samples cannot wait for the disk. Give --outbox-queue 1 to 4096, for example 64.";
        }

        if (QuarantinedFiles < 0)
        {
            yield return $"{QuarantinedFiles} quarantined files is no number of files. Give 0 or more.";
        }

        foreach (string fault in Value.Faults())
        {
            yield return fault;
        }
    }
}
