namespace EdgeAdapt.Adaptation;

/// <summary>What the guard decided before a step.</summary>
public enum GuardOutcome
{
    /// <summary>No other set answers the new uploads better; training goes on from the current one.</summary>
    Kept,

    /// <summary>The source's own scale and bias answer them better: training begins again from there, and older samples are no longer replayed.</summary>
    Restored,

    /// <summary>A set learnt in an earlier condition answers them better: training goes on from that set, and older samples are no longer replayed.</summary>
    Reused,
}
