namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>What the audit samples of a session have shown since it was created.</summary>
public sealed record AuditCounts
{
    /// <summary>Audit samples that arrived, each once.</summary>
    public long Received { get; init; }

    /// <summary>Those that the teacher has answered.</summary>
    public long Judged { get; init; }

    /// <summary>Those on which it gave the device's class.</summary>
    public long Agreed { get; init; }

    /// <summary>Those that were left out: they came faster than the teacher answers, or could not be judged.</summary>
    public long Skipped { get; init; }

    /// <summary>A copy with one more sample that arrived, and was skipped or not.</summary>
    public AuditCounts WithArrival(bool skipped) => this with { Received = Received + 1, Skipped = Skipped + (skipped ? 1 : 0) };

    /// <summary>A copy with more samples judged.</summary>
    public AuditCounts WithJudged(long judged, long agreed) => this with { Judged = Judged + judged, Agreed = Agreed + agreed };
}
