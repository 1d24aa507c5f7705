namespace EdgeAdapt.Adaptation;

/// <summary>Constants of SAR (Niu et al., ICLR 2023); defaults are its authors' unless said otherwise.</summary>
public sealed record SarOptions
{
    /// <summary>E₀ as a share of ln K, above 0 and at most 1: samples of higher entropy are not learnt from. `margin_e0`: 0.4.</summary>
    public double EntropyMargin { get; init; } = 0.4;

    /// <summary>ρ, how far the gradient is taken from the parameters, above 0. 0.05.</summary>
    public float Radius { get; init; } = 0.05f;

    /// <summary>
    /// Mean entropy as a share of ln K, at least 0, below which the model counts as collapsed and starts again; 0 never does. The published constant is
    /// 0.2 nats for the 1000 classes of ImageNet, 0.2 / ln 1000 = 0.029; in nats it would call a good model of ten classes collapsed.
    /// </summary>
    public double RecoveryEntropy { get; init; } = 0.2 / Math.Log(1000);

    /// <summary>η of gradient descent, above 0. The authors': 2.5e-4 for ResNet-50 on ImageNet-C. 5e-3, as ETA on CIFAR-10-C.</summary>
    public float LearningRate { get; init; } = 5e-3f;

    /// <summary>Momentum, from 0 and below 1. 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Dotted parts of the names of layers that are not trained: the authors' layer4 of ResNets, blocks.9 to 11 and norm of ViT-B.</summary>
    public IReadOnlyList<string> FrozenLayers { get; init; } = Adaptation.FrozenLayers.Published;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        OptionFaults.EntropyShare(nameof(EntropyMargin), EntropyMargin),
        (Radius > 0 && float.IsFinite(Radius), nameof(Radius), Radius, "give a finite distance above 0, for example 0.05"),
        (RecoveryEntropy >= 0 && RecoveryEntropy < EntropyMargin, nameof(RecoveryEntropy), RecoveryEntropy,
            $"give a share of ln(classes) from 0 and below {nameof(EntropyMargin)}, for example 0.029"),
        OptionFaults.LearningRate(LearningRate),
        OptionFaults.Momentum(Momentum));
}
