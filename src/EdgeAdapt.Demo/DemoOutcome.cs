namespace EdgeAdapt.Demo;

/// <summary>How a run of the demo ended.</summary>
public enum DemoOutcome
{
    /// <summary>Adaptation helped, no request failed, and at least one parameter set was put to use.</summary>
    Passed,

    /// <summary>The run came to its end, but one of these does not hold; the reasons were shown.</summary>
    NotPassed,
}
