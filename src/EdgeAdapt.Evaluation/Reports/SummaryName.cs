namespace EdgeAdapt.Evaluation;

/// <summary>What a method is called in tables and plots.</summary>
public static class SummaryName
{
    /// <summary>The method, its delay where there is one, and the form of its uploads where there are several.</summary>
    public static string Of(EvaluationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Of(summary.Method, summary.Delay, summary.Upload);
    }

    /// <summary>The method, its delay where there is one, and the form of its uploads where there are several.</summary>
    public static string Of(string method, int delay, string? upload) => $"{method}{(delay == 0 ? string.Empty : $", delay {delay}")}{(upload is null ? string.Empty : $", {upload}")}";

    /// <summary>A protocol as the command line takes it.</summary>
    public static string Of(EvaluationProtocol protocol) => protocol == EvaluationProtocol.NoShift ? "noshift" : protocol.ToString().ToLowerInvariant();
}
