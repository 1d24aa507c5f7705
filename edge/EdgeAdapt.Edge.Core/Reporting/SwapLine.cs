namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>The active model was exchanged.</summary>
public sealed record SwapLine() : ReportLine("swap")
{
    /// <summary>Version of the parameter set that answers from now on.</summary>
    public required long Version { get; init; }

    /// <summary>What changed: "parameters" or "statistics".</summary>
    public required string Kind { get; init; }

    /// <summary>How often the statistics have been refreshed.</summary>
    public required long StatisticsGeneration { get; init; }

    /// <summary>From the decision to the moment of exchange: building, loading and warming the new session. Answers go on meanwhile.</summary>
    public required double Milliseconds { get; init; }
}
