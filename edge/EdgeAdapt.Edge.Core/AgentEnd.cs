namespace EdgeAdapt.Edge.Core;

/// <summary>Why an agent's run ended.</summary>
public enum AgentEnd
{
    /// <summary>The source is exhausted and the cloud has every sample.</summary>
    Drained,

    /// <summary>The source is exhausted; samples that the cloud did not acknowledge in time wait for the next start.</summary>
    DrainTimeout,

    /// <summary>It was asked to stop.</summary>
    Stopped,
}
