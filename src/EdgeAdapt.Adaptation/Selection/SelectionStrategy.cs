namespace EdgeAdapt.Adaptation;

/// <summary>Which samples a share of the stream is spent on.</summary>
public enum SelectionStrategy
{
    /// <summary><see cref="Balanced"/> where the share is below <see cref="EntropyFilter.ThinShare"/>, otherwise <see cref="Uncertainty"/>.</summary>
    Automatic,

    /// <summary>Those within the entropy thresholds, the least certain first (uncertainty sampling; Lewis and Gale 1994).</summary>
    Uncertainty,

    /// <summary>Any above E_min, drawn at random, classes that were seldom kept before others.</summary>
    Balanced,

    /// <summary>Any, each as likely as another: the baseline of active learning (random sampling).</summary>
    Random,
}
