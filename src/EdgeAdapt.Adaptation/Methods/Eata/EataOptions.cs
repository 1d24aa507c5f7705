namespace EdgeAdapt.Adaptation;

/// <summary>Constants of EATA (Niu et al., ICML 2022): those of ETA and of its Fisher regularizer.</summary>
public sealed record EataOptions
{
    /// <summary>Selection, weights and descent.</summary>
    public EtaOptions Eta { get; init; } = new();

    /// <summary>
    /// α of the penalty α Σ F (θ − θ₀)², at least 0; 0 is ETA. `fisher_alpha`: 2000 in the authors' ImageNet-C command, 1 in
    /// mariodoebler/test-time-adaptation for CIFAR-10-C. 1.
    /// </summary>
    public float FisherAlpha { get; init; } = 1;

    /// <summary>
    /// Images of the stream that F is taken from where no source images are given, at least 1. The authors take 2000 source
    /// images and write that 500 are enough (issue 3 of mr-eggplant/EATA): 500.
    /// </summary>
    public int FisherImages { get; init; } = 500;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() =>
    [
        .. Eta.FindFaults(),
        .. OptionFaults.Of(
            (FisherAlpha >= 0 && float.IsFinite(FisherAlpha), nameof(FisherAlpha), FisherAlpha, "give a finite weight of at least 0, for example 1"),
            (FisherImages >= 1, nameof(FisherImages), FisherImages, "give at least 1, for example 500")),
    ];
}
