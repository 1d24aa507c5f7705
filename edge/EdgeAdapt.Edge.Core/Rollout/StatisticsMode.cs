namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Which mean and variance the normalization layers use. Scale and bias always come from the parameter set.</summary>
public enum StatisticsMode
{
    /// <summary>Those of the device's own recent frames mixed with the model file's; the parameter set's until enough frames were seen.</summary>
    Mixed,

    /// <summary>Those of the parameter set; the model file's while there is none.</summary>
    Set,

    /// <summary>Those of the model file, always.</summary>
    Source,
}
