namespace EdgeAdapt.Adaptation;

/// <summary>
/// Constants of ETA, which is EATA without its Fisher regularizer (Niu et al., ICML 2022). Defaults: E₀ is the authors'; d and
/// η are those commonly used on CIFAR-10-C.
/// </summary>
public sealed record EtaOptions
{
    /// <summary>E₀ as a share of ln K, above 0 and at most 1: samples of higher entropy are not learnt from. EATA: 0.4.</summary>
    public double EntropyMargin { get; init; } = 0.4;

    /// <summary>d, a cosine above 0 and at most 1: samples too like the earlier ones are not learnt from. 0.05 on ImageNet-C, 0.4 on CIFAR-10-C.</summary>
    public double RedundancyMargin { get; init; } = 0.4;

    /// <summary>η of gradient descent, above 0.</summary>
    public float LearningRate { get; init; } = 5e-3f;

    /// <summary>Momentum, from 0 and below 1. EATA: 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        OptionFaults.EntropyShare(nameof(EntropyMargin), EntropyMargin),
        (RedundancyMargin > 0 && RedundancyMargin <= 1, nameof(RedundancyMargin), RedundancyMargin, "give a cosine above 0 and at most 1, for example 0.4"),
        OptionFaults.LearningRate(LearningRate),
        OptionFaults.Momentum(Momentum));
}
