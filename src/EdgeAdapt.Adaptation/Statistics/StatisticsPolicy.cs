namespace EdgeAdapt.Adaptation;

/// <summary>
/// How normalization statistics follow the recent frames without any gradient: a moving average of batch statistics, mixed
/// with the statistics the model was trained with. With w = B / (B + N) and, where κ is above 0, w scaled per layer by
/// d / (d + κ): μ = w μ_t + (1 − w) μ_s and σ² = w σ_t² + (1 − w) σ_s² + w (1 − w)(μ_t − μ_s)². The distance d is the
/// layer's mean over channels of ((μ_t − μ_s)² + (σ_t − σ_s)²) / σ_s².
/// </summary>
public sealed record StatisticsPolicy
{
    /// <summary>
    /// Moving average 0.1, N = 48, κ = 0.02: best where the input is the batch itself and its condition lasts. The distance lets layers that see no shift keep the
    /// source's statistics, so that a stream without one loses nothing; docs/algorithm.md holds the measurements.
    /// </summary>
    public static StatisticsPolicy Default { get; } = new() { PriorSamples = 48, DistanceScale = 0.02f };

    /// <summary>
    /// Moving average 0.7 over small batches: the product's default on a device. There a batch serves the frames that come after it, so what it
    /// costs most is to be late: 0.1 carries the noise statistics of one condition ten batches into the next.
    /// </summary>
    public static StatisticsPolicy Device { get; } = new() { Momentum = 0.7f };

    /// <summary>The batch's own statistics alone, as Tent and ETA normalise.</summary>
    public static StatisticsPolicy Batch { get; } = new() { Momentum = 1, PriorSamples = 0 };

    /// <summary>The statistics that the model was trained with; the moving average is kept but not used.</summary>
    public static StatisticsPolicy Source { get; } = new() { BatchSamples = 0 };

    /// <summary>Share of the newest batch in the moving average, above 0 and at most 1 (1 forgets all earlier batches).</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>N, the weight of the source statistics counted in samples, at least 0.</summary>
    public float PriorSamples { get; init; } = 64;

    /// <summary>B, the weight of the recent frames counted in samples, at least 0. A nominal number: smaller batches keep the same weight.</summary>
    public float BatchSamples { get; init; } = 64;

    /// <summary>κ, at least 0: the distance at which a layer's weight is halved; 0 weights all layers alike.</summary>
    public float DistanceScale { get; init; }

    /// <summary>Whether batch variances are divided by n − 1 instead of n (a batch with one value a channel is divided by 1).</summary>
    public bool Unbiased { get; init; }

    /// <summary>w = B / (B + N), the weight of the recent frames before the layer's distance.</summary>
    public float Weight => BatchSamples / (BatchSamples + PriorSamples);

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (!(Momentum > 0 && Momentum <= 1))
        {
            faults.Add($"{nameof(Momentum)} is {Momentum}; give a number above 0 and at most 1, for example 0.1.");
        }

        RequireNotNegative(faults, nameof(PriorSamples), PriorSamples);
        RequireNotNegative(faults, nameof(BatchSamples), BatchSamples);
        RequireNotNegative(faults, nameof(DistanceScale), DistanceScale);
        if (PriorSamples == 0 && BatchSamples == 0)
        {
            faults.Add($"{nameof(PriorSamples)} and {nameof(BatchSamples)} are both 0; give one of them a weight, for example 64.");
        }

        return faults;
    }

    private static void RequireNotNegative(List<string> faults, string name, float value)
    {
        if (!(value >= 0 && float.IsFinite(value)))
        {
            faults.Add($"{name} is {value}; give a finite number of at least 0.");
        }
    }
}
