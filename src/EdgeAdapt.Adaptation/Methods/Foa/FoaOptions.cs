namespace EdgeAdapt.Adaptation;

/// <summary>
/// Constants of the forward-only search after FOA (Niu et al., ICML 2024). "Authors'" means their public code (mr-eggplant/FOA); what their prompts have no
/// counterpart of is this product's.
/// </summary>
public sealed record FoaOptions
{
    /// <summary>
    /// D, dimensions of the search, from 1 to 512: a seeded random subspace of the normalization parameters. 32, this product's. The authors search all 2304 numbers of
    /// three prompts; one generation a batch learns so many directions only slowly.
    /// </summary>
    public int Dimension { get; init; } = 32;

    /// <summary>K, the candidates drawn for each batch, at least 2; null for 4 + ⌊3 ln D⌋, as the authors' 27 of 2304 dimensions. The best candidate so far is one more.</summary>
    public int? Population { get; init; }

    /// <summary>
    /// How far candidates of the first generation lie from the source, as the standard deviation of one parameter over the layer's root mean square of γ; above 0.
    /// Sets the unit of the search, in which σ₀ = 1 as the authors'. 0.05, this product's.
    /// </summary>
    public float Radius { get; init; } = 0.05f;

    /// <summary>
    /// λ, the weight of the discrepancy against the mean entropy in nats, at least 0. 40, the authors' for ResNet-50, where it too is a mean over channels and layers. For
    /// ViT-B they sum: 0.4 (0.2 on ImageNet-R) of a sum over 12 × 768 values by 64 images is 58 (29) of the mean. 0 leaves the entropy alone, which collapses (their table).
    /// </summary>
    public double DiscrepancyWeight { get; init; } = 40;

    /// <summary>
    /// Images that statistics are taken from which neither the file nor source images give, at least 1; until then nothing is searched. 32, which the authors find to
    /// suffice of source images.
    /// </summary>
    public int ReferenceImages { get; init; } = 32;

    /// <summary>Usable images below which a batch is only answered: its moments say too little to choose by. At least 1. 8, this product's.</summary>
    public int SmallestBatch { get; init; } = 8;

    /// <summary>
    /// Images that the source's statistics count for where BatchNormalization mixes them with the batch's, at least 0. 16 as <see cref="SourcePriorOptions"/>; the authors' ResNet
    /// normalises by the batch alone, 0.
    /// </summary>
    public float PriorSamples { get; init; } = 16;

    /// <summary>The part of the way back to the source that features are shifted, at least 0. The authors' 1.</summary>
    public float ShiftStep { get; init; } = 1;

    /// <summary>The share of the newest batch in the average of the features that the shift is measured from, above 0 and at most 1. The authors' 0.1.</summary>
    public float ShiftMomentum { get; init; } = 0.1f;

    /// <summary>Dotted parts of the names of layers that are not searched, as <see cref="SarOptions.FrozenLayers"/>; none.</summary>
    public IReadOnlyList<string> FrozenLayers { get; init; } = [];

    /// <summary>Seed of the subspace and of the candidates.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (Dimension is >= 1 and <= 512, nameof(Dimension), Dimension, "give a number from 1 to 512, for example 32"),
        (Population is null or >= 2, nameof(Population), Population, "give at least 2, or null for 4 + 3 ln D"),
        (Radius > 0 && float.IsFinite(Radius), nameof(Radius), Radius, "give a finite number above 0, for example 0.05"),
        (DiscrepancyWeight >= 0 && double.IsFinite(DiscrepancyWeight), nameof(DiscrepancyWeight), DiscrepancyWeight, "give a finite weight of at least 0, for example 40"),
        (ReferenceImages >= 1, nameof(ReferenceImages), ReferenceImages, "give at least 1, for example 32"),
        (SmallestBatch >= 1, nameof(SmallestBatch), SmallestBatch, "give at least 1, for example 8"),
        (PriorSamples >= 0 && float.IsFinite(PriorSamples), nameof(PriorSamples), PriorSamples, "give a finite number of images of at least 0, for example 16"),
        (ShiftStep >= 0 && float.IsFinite(ShiftStep), nameof(ShiftStep), ShiftStep, "give a finite number of at least 0, for example 1"),
        (ShiftMomentum > 0 && ShiftMomentum <= 1, nameof(ShiftMomentum), ShiftMomentum, "give a share above 0 and at most 1, for example 0.1"));
}
