namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>What has happened in a session since it was created. Exact after a clean stop; after a kill, as of the last step.</summary>
public sealed record SessionCounts
{
    /// <summary>Samples that arrived, duplicates and refused ones included.</summary>
    public long Received { get; init; }

    /// <summary>Samples written to the disk.</summary>
    public long Stored { get; init; }

    /// <summary>Samples that were there already: a device sends again what was not acknowledged in time.</summary>
    public long Duplicates { get; init; }

    /// <summary>Samples refused for good, by reason.</summary>
    public IReadOnlyDictionary<string, long> Refused { get; init; } = new Dictionary<string, long>();

    /// <summary>Samples dropped while they waited, because the queue was full.</summary>
    public long Dropped { get; init; }

    /// <summary>Samples that could not be read back from the disk.</summary>
    public long Damaged { get; init; }

    /// <summary>Samples that took part in a step as new ones.</summary>
    public long Processed { get; init; }

    /// <summary>Steps taken whose result was kept.</summary>
    public long Steps { get; init; }

    /// <summary>Steps whose result was thrown away because training had diverged.</summary>
    public long Diverged { get; init; }

    /// <summary>Steps that failed and were tried again, for example on a full disk.</summary>
    public long Failures { get; init; }

    /// <summary>Parameter sets that the broker has acknowledged.</summary>
    public long Published { get; init; }

    /// <summary>Bytes of those sets.</summary>
    public long PublishedBytes { get; init; }

    /// <summary>What the audit samples have shown.</summary>
    public AuditCounts Audit { get; init; } = new();

    /// <summary>A copy with one more refusal.</summary>
    public SessionCounts WithRefusal(string reason)
    {
        var refused = new Dictionary<string, long>(Refused, StringComparer.Ordinal);
        refused[reason] = refused.GetValueOrDefault(reason) + 1;
        return this with { Received = Received + 1, Refused = refused };
    }
}
