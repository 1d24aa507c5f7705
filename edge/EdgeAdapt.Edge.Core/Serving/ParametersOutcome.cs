namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>What became of a parameter set.</summary>
public enum ParametersOutcome
{
    /// <summary>It answers.</summary>
    Activated,

    /// <summary>It never answered; what answered before goes on.</summary>
    Refused,

    /// <summary>It answered and was taken back, by the device's own judgement or by an operator.</summary>
    Reverted,
}
