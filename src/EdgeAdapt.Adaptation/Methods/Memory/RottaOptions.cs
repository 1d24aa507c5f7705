namespace EdgeAdapt.Adaptation;

/// <summary>Constants of RoTTA (Yuan et al., CVPR 2023); defaults are those of its public code (BIT-DA/RoTTA).</summary>
public sealed record RottaOptions
{
    /// <summary>α, the share of a batch in the running statistics, which begin as the source's; above 0 and at most 1. 0.05.</summary>
    public float StatisticsMomentum { get; init; } = 0.05f;

    /// <summary>N, the images that the memory holds, at least 2: one has no variance. 64.</summary>
    public int Capacity { get; init; } = 64;

    /// <summary>Images of the stream from one step to the next, at least 1. 64.</summary>
    public int PeriodImages { get; init; } = 64;

    /// <summary>λ_t, what an image's age counts when one must leave the memory; at least 0. 1.</summary>
    public double TimelinessWeight { get; init; } = 1;

    /// <summary>λ_u, what its entropy as a share of ln K counts then; at least 0. 1.</summary>
    public double UncertaintyWeight { get; init; } = 1;

    /// <summary>Adam's η, above 0. 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>ν, the share of the student in the teacher's γ and β at each step, above 0 and at most 1. 0.001.</summary>
    public float TeacherMomentum { get; init; } = 1e-3f;

    /// <summary>Seed of the augmentation.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (StatisticsMomentum > 0 && StatisticsMomentum <= 1, nameof(StatisticsMomentum), StatisticsMomentum, "give a share above 0 and at most 1, for example 0.05"),
        (Capacity >= 2, nameof(Capacity), Capacity, "give at least 2, for example 64"),
        (PeriodImages >= 1, nameof(PeriodImages), PeriodImages, "give at least 1, for example 64"),
        (TimelinessWeight >= 0 && double.IsFinite(TimelinessWeight), nameof(TimelinessWeight), TimelinessWeight, "give a finite weight of at least 0, for example 1"),
        (UncertaintyWeight >= 0 && double.IsFinite(UncertaintyWeight), nameof(UncertaintyWeight), UncertaintyWeight, "give a finite weight of at least 0, for example 1"),
        OptionFaults.LearningRate(LearningRate),
        (TeacherMomentum > 0 && TeacherMomentum <= 1, nameof(TeacherMomentum), TeacherMomentum, "give a share above 0 and at most 1, for example 0.001"));
}
