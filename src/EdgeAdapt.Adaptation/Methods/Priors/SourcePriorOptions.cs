namespace EdgeAdapt.Adaptation;

/// <summary>Constants of <see cref="SourcePriorAdaptation"/>.</summary>
public sealed record SourcePriorOptions
{
    /// <summary>
    /// N, the images that the source's statistics count for, at least 0 and finite. 16, the prior strength that MEMO (Zhang et al., NeurIPS 2022) uses with
    /// single images; Schneider et al. (NeurIPS 2020) sweep powers of two from 0 to 1024.
    /// </summary>
    public float PriorSamples { get; init; } = 16;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() =>
        OptionFaults.Of((PriorSamples >= 0 && float.IsFinite(PriorSamples), nameof(PriorSamples), PriorSamples, "give a finite number of images of at least 0, for example 16"));
}
