namespace EdgeAdapt.Evaluation;

/// <summary>What a method is called in tables and plots.</summary>
public static class SummaryName
{
    /// <summary>The method, and its delay where there is one.</summary>
    public static string Of(EvaluationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Of(summary.Method, summary.Delay);
    }

    /// <summary>The method, and its delay where there is one.</summary>
    public static string Of(string method, int delay) => delay == 0 ? method : $"{method}, delay {delay}";

    /// <summary>A protocol as the command line takes it.</summary>
    public static string Of(EvaluationProtocol protocol) => protocol == EvaluationProtocol.NoShift ? "noshift" : protocol.ToString().ToLowerInvariant();
}
