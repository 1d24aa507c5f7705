namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>What became of a session's turn.</summary>
public enum StepOutcome
{
    /// <summary>A new version was made and stored.</summary>
    Adapted,

    /// <summary>Training diverged: the state before the step is kept, the step's samples are done with, nothing is published.</summary>
    Diverged,

    /// <summary>Fewer samples wait than a step takes; nothing happened.</summary>
    NotEnoughSamples,
}
