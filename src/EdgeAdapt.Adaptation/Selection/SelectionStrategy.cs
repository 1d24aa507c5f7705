namespace EdgeAdapt.Adaptation;

/// <summary>Which samples a share of the stream is spent on.</summary>
public enum SelectionStrategy
{
    /// <summary>Those within the entropy thresholds, the least certain first.</summary>
    Uncertainty,

    /// <summary>Any, each as likely as another: the baseline of active learning (random sampling).</summary>
    Random,
}
