namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>How a check ended.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The agent would start, but someone should look at it.</summary>
    Warning,

    /// <summary>The agent would not start, or would be of no use.</summary>
    Failure,
}
