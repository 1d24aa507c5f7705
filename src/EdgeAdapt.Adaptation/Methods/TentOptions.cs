namespace EdgeAdapt.Adaptation;

/// <summary>Constants of Tent (Wang et al., ICLR 2021); defaults are its authors' for CIFAR-10-C.</summary>
public sealed record TentOptions
{
    /// <summary>Adam's η, above 0. Tent's CIFAR configuration: 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() =>
        LearningRate > 0 && float.IsFinite(LearningRate) ? [] : [$"{nameof(LearningRate)} is {LearningRate}; give a finite number above 0, for example 1e-3."];
}
