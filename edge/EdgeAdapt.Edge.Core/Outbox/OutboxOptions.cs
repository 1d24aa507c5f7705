namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>Bounds of the outbox.</summary>
public sealed record OutboxOptions
{
    /// <summary>Default of <see cref="MaximumBytes"/>: 256 MiB.</summary>
    public const long DefaultMaximumBytes = 256L << 20;

    /// <summary>Smallest <see cref="MaximumBytes"/>: 64 KiB, room for a few small samples.</summary>
    public const long SmallestMaximumBytes = 64L << 10;

    /// <summary>Bytes of files that may wait for the cloud. Beyond it the oldest samples are dropped and counted.</summary>
    public long MaximumBytes { get; init; } = DefaultMaximumBytes;

    /// <summary>Damaged files that are kept for inspection; older ones are deleted. 0 deletes them at once.</summary>
    public int QuarantinedFiles { get; init; } = 16;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaximumBytes < SmallestMaximumBytes)
        {
            yield return $"The outbox may hold {MaximumBytes} bytes, which is less than one picture. Give at least {SmallestMaximumBytes}.";
        }

        if (QuarantinedFiles < 0)
        {
            yield return $"{QuarantinedFiles} quarantined files is no number of files. Give 0 or more.";
        }
    }
}
