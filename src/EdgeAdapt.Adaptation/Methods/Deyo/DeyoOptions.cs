namespace EdgeAdapt.Adaptation;

/// <summary>Constants of DeYO (Lee et al., ICLR 2024); defaults are its authors' unless said otherwise.</summary>
public sealed record DeyoOptions
{
    /// <summary>Share of ln K, above 0 and at most 1: samples of higher entropy are not learnt from. `deyo_margin`: 0.5.</summary>
    public double EntropyMargin { get; init; } = 0.5;

    /// <summary>E₀ of the weight exp(E₀ − H) + exp(D) as a share of ln K, above 0 and at most 1. `deyo_margin_e0`: 0.4.</summary>
    public double WeightMargin { get; init; } = 0.4;

    /// <summary>
    /// Samples are learnt from whose D, by how much their class loses probability when the patches of the image are shuffled, is above this; from −1 and
    /// below 1. `plpd_threshold`: 0.2, 0.3 for ResNet-50 on a stream without label shift.
    /// </summary>
    public double MinimumDifference { get; init; } = 0.2;

    /// <summary>Patches along each side of the image that are shuffled, at least 2. `patch_len`: 4.</summary>
    public int Patches { get; init; } = 4;

    /// <summary>η of gradient descent, above 0. The authors': 2.5e-4 for ResNet-50 on ImageNet-C. 5e-3, as ETA on CIFAR-10-C.</summary>
    public float LearningRate { get; init; } = 5e-3f;

    /// <summary>Momentum, from 0 and below 1. 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Dotted parts of the names of layers that are not trained: the authors' layer4 of ResNets, blocks.9 to 11 and norm of ViT-B.</summary>
    public IReadOnlyList<string> FrozenLayers { get; init; } = Adaptation.FrozenLayers.Published;

    /// <summary>Seed of the shuffling.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        OptionFaults.EntropyShare(nameof(EntropyMargin), EntropyMargin),
        OptionFaults.EntropyShare(nameof(WeightMargin), WeightMargin),
        (MinimumDifference >= -1 && MinimumDifference < 1, nameof(MinimumDifference), MinimumDifference, "give a difference of probabilities from -1 and below 1, for example 0.2"),
        (Patches >= 2, nameof(Patches), Patches, "give at least 2, for example 4: one patch cannot be shuffled"),
        OptionFaults.LearningRate(LearningRate),
        OptionFaults.Momentum(Momentum));
}
