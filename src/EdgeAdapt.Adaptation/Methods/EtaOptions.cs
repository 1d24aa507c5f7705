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
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (!(EntropyMargin > 0 && EntropyMargin <= 1))
        {
            faults.Add($"{nameof(EntropyMargin)} is {EntropyMargin}; give a share of ln(classes) above 0 and at most 1, for example 0.4.");
        }

        if (!(RedundancyMargin > 0 && RedundancyMargin <= 1))
        {
            faults.Add($"{nameof(RedundancyMargin)} is {RedundancyMargin}; give a cosine above 0 and at most 1, for example 0.4.");
        }

        if (!(LearningRate > 0 && float.IsFinite(LearningRate)))
        {
            faults.Add($"{nameof(LearningRate)} is {LearningRate}; give a finite number above 0, for example 5e-3.");
        }

        if (!(Momentum >= 0 && Momentum < 1))
        {
            faults.Add($"{nameof(Momentum)} is {Momentum}; give a number from 0 and below 1, for example 0.9.");
        }

        return faults;
    }
}
