namespace EdgeAdapt.Adaptation;

/// <summary>Policies of the literature that fix how batch statistics and the source's are mixed.</summary>
public static class PriorPolicies
{
    /// <summary>
    /// Half source, half batch at any batch size (α-BN, You et al. 2021; the BN-adapt of CEMA's authors has 0.5 too). The variance is the mixture's, as
    /// <see cref="StatisticsPolicy"/> has it.
    /// </summary>
    public static StatisticsPolicy Alpha { get; } = StatisticsPolicy.Batch with { PriorSamples = 64, BatchSamples = 64 };

    /// <summary>A moving average of batches alone, 0.1 for the newest, begun by the first (the TEMA of CEMA's authors: m = 0.1).</summary>
    public static StatisticsPolicy Moving { get; } = new() { Momentum = 0.1f, PriorSamples = 0 };

    /// <summary>Each layer leaves the source by d / (d + κ) of the way to the batch; κ = 0.02, this product's measurement (docs/algorithm.md).</summary>
    public static StatisticsPolicy Layers { get; } = StatisticsPolicy.Batch with { DistanceScale = 0.02f };
}
