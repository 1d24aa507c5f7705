namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>One decision on a parameter set, wherever the set came from.</summary>
/// <param name="Time">When.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="ActiveVersion">Version of the set that answered afterwards; 0 for the model as built.</param>
/// <param name="StatisticsGeneration">How often the statistics had been refreshed.</param>
/// <param name="Reason">Why the set was refused or taken back; null where it was swapped in.</param>
/// <param name="Reverted">The version that was taken back; null where none was.</param>
public sealed record ParametersEvent(DateTimeOffset Time, ParametersOutcome Outcome, long ActiveVersion, long StatisticsGeneration, string? Reason, long? Reverted = null)
{
    /// <summary>Why the set was refused; null where it was not.</summary>
    public string? Refusal => Outcome == ParametersOutcome.Refused ? Reason : null;
}
