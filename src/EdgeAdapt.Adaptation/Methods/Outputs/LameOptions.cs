namespace EdgeAdapt.Adaptation;

/// <summary>Constants of LAME (Boudiaf et al., CVPR 2022); defaults are those of its public code (fiveai/LAME), with the nearest-neighbour affinity.</summary>
public sealed record LameOptions
{
    /// <summary>k, the neighbours that an image is tied to, at least 1; a smaller batch has fewer. 5.</summary>
    public int Neighbours { get; init; } = 5;

    /// <summary>λ, the weight of agreeing with the neighbours, at least 0. 1.</summary>
    public double Affinity { get; init; } = 1;

    /// <summary>Updates at most, at least 1. 100.</summary>
    public int MaximumSteps { get; init; } = 100;

    /// <summary>Relative change of the energy below which the updates end, at least 0. 1e-8.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (Neighbours >= 1, nameof(Neighbours), Neighbours, "give at least 1, for example 5"),
        (Affinity >= 0 && double.IsFinite(Affinity), nameof(Affinity), Affinity, "give a finite weight of at least 0, for example 1"),
        (MaximumSteps >= 1, nameof(MaximumSteps), MaximumSteps, "give at least 1, for example 100"),
        (Tolerance >= 0 && double.IsFinite(Tolerance), nameof(Tolerance), Tolerance, "give a finite number of at least 0, for example 1e-8"));
}
