namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>How the trial of a new set stands.</summary>
internal enum TrialState
{
    /// <summary>Too few frames so far.</summary>
    Open,

    /// <summary>Its window is over and nothing speaks against it.</summary>
    Passed,

    /// <summary>It is worse than the last good set.</summary>
    Failed,
}
