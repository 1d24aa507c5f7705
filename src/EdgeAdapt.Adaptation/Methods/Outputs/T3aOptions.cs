namespace EdgeAdapt.Adaptation;

/// <summary>Constants of T3A (Iwasawa and Matsuo, NeurIPS 2021).</summary>
public sealed record T3aOptions
{
    /// <summary>
    /// M, the supports of lowest entropy that a class keeps, at least 1; null keeps all. The authors choose from 1, 5, 20, 50, 100 and all; 20 is what
    /// FOA (Niu et al., ICML 2024) compares with. The public code spells all as −1 and then drops the worst support of each class; here all are kept.
    /// </summary>
    public int? SupportsPerClass { get; init; } = 20;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (SupportsPerClass is null or >= 1, nameof(SupportsPerClass), SupportsPerClass, "give at least 1, for example 20, or null to keep all"));
}
