namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>What became of an offered parameter set.</summary>
/// <param name="Accepted">Whether it answers now.</param>
/// <param name="ActiveVersion">Version of the set that answers now; 0 for the model as built.</param>
/// <param name="Refusal">Why it does not answer, as a sentence without its full stop; null where it does.</param>
public sealed record ParametersDecision(bool Accepted, long ActiveVersion, string? Refusal)
{
    /// <summary>Whether it was refused and a set of its version, or a higher one, answers already.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>Whether it was never looked at, because newer ones came faster than the agent decides.</summary>
    public bool IsDisplaced { get; init; }
}
