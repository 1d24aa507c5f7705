namespace EdgeAdapt.Adaptation;

/// <summary>Constants of CoTTA (Wang et al., CVPR 2022); defaults are those of its public code (qinenergy/cotta) for CIFAR-10-C.</summary>
public sealed record CottaOptions
{
    /// <summary>Adam's η, above 0. 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Share of itself that the teacher keeps at each step, at least 0 and below 1. 0.999.</summary>
    public float TeacherMomentum { get; init; } = 0.999f;

    /// <summary>Probability that a parameter goes back to the source's after a step, from 0 to 1. 0.01; ImageNet 0.001.</summary>
    public double RestoreProbability { get; init; } = 0.01;

    /// <summary>Views that the teacher's answer is averaged over, at least 1. 32.</summary>
    public int Views { get; init; } = 32;

    /// <summary>
    /// The answer is averaged where the source model's mean confidence on the batch is below this, from 0 (never) to 1. CIFAR-10 0.92, CIFAR-100 0.72, ImageNet 0.1.
    /// </summary>
    public double ConfidenceThreshold { get; init; } = 0.92;

    /// <summary>Seed of augmentation and restoring.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        OptionFaults.LearningRate(LearningRate),
        (TeacherMomentum >= 0 && TeacherMomentum < 1, nameof(TeacherMomentum), TeacherMomentum, "give a share of at least 0 and below 1, for example 0.999"),
        (RestoreProbability >= 0 && RestoreProbability <= 1, nameof(RestoreProbability), RestoreProbability, "give a probability, for example 0.01"),
        (Views >= 1, nameof(Views), Views, "give at least 1, for example 32"),
        (ConfidenceThreshold >= 0 && ConfidenceThreshold <= 1, nameof(ConfidenceThreshold), ConfidenceThreshold, "give a probability, for example 0.92"));
}
