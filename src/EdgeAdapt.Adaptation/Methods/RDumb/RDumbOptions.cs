namespace EdgeAdapt.Adaptation;

/// <summary>Constants of RDumb (Press et al., NeurIPS 2023).</summary>
public sealed record RDumbOptions
{
    /// <summary>Constants of the ETA that is reset. The published code (oripress/CCC) has E₀ = ln(1000)/2 − 1, which is 0.36 ln 1000; here ETA's 0.4.</summary>
    public EtaOptions Eta { get; init; } = new();

    /// <summary>
    /// Images after which everything starts again, at least 1. The authors reset each 1000 batches of 64, 1.28 times the 50,000 images that ImageNet-C has of a
    /// condition; of CIFAR-10-C's 10,000 the same share is 12,800. Counted in images, so that the edge's batch size does not change it.
    /// </summary>
    public int PeriodImages { get; init; } = 12_800;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() =>
    [
        .. Eta.FindFaults(), .. OptionFaults.Of((PeriodImages >= 1, nameof(PeriodImages), PeriodImages, "give at least 1, for example 12800")),
    ];
}
