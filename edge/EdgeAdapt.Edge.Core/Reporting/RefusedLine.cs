namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>A parameter set was refused; the last good parameters stay.</summary>
public sealed record RefusedLine() : ReportLine("refused")
{
    /// <summary>The set's version; absent where the set could not even be read.</summary>
    public long? Version { get; init; }

    /// <summary>What is wrong with it and what to do.</summary>
    public required string Reason { get; init; }
}
