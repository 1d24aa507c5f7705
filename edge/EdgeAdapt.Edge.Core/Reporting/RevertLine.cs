namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>A parameter set that answered was taken back; the last good one answers again.</summary>
public sealed record RevertLine() : ReportLine("revert")
{
    /// <summary>The version that was taken back.</summary>
    public required long Version { get; init; }

    /// <summary>The version that answers from now on; 0 for the model as built.</summary>
    public required long To { get; init; }

    /// <summary>Frames that it was judged on.</summary>
    public required int Frames { get; init; }

    /// <summary>From its activation to the moment in which the last good set answered again.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>In what it was worse.</summary>
    public required string Reason { get; init; }
}
