namespace EdgeAdapt.Adaptation;

/// <summary>
/// How normalization statistics follow the recent frames without any gradient: a moving average of batch statistics, mixed
/// with the statistics the model was trained with. With w = B / (B + N) and, where κ or δ is above 0, w scaled per layer by
/// (1 − δ · depth) · d / (d + κ): μ = w μ_t + (1 − w) μ_s and σ² = w σ_t² + (1 − w) σ_s² + w (1 − w)(μ_t − μ_s)². The distance d is the
/// layer's mean over channels of ((μ_t − μ_s)² + (σ_t − σ_s)²) / σ_s².
/// </summary>
public sealed record StatisticsPolicy
{
    /// <summary>
    /// The product's default in every comparison: a memory of 640 images, N = 40, κ = 0.02, δ = 0.25, and a new start where the stream changes.
    /// docs/algorithm.md holds the measurements.
    /// </summary>
    public static StatisticsPolicy Default { get; } = new() { PriorSamples = 40, DistanceScale = 0.02f, DepthDecay = 0.25f, MemoryImages = 640, Change = new() };

    /// <summary>
    /// <see cref="Default"/> for a device whose batch serves the frames that come after it: the batch counts there by its images alone, without the bound that keeps a
    /// batch from being normalised by itself. The memory is 128 images: each new parameter set changes what the layers read, so an average of 640 images would be
    /// one of several sets' inputs.
    /// </summary>
    public static StatisticsPolicy Device { get; } = Default with { Momentum = 1, MemoryImages = 128 };

    /// <summary>
    /// A moving average (0.1) of batches with N = 48 and κ = 0.02, whatever their size and whatever changes: the default before <see cref="MemoryImages"/> and
    /// <see cref="Change"/> existed, kept for comparison.
    /// </summary>
    public static StatisticsPolicy BatchAverage { get; } = new() { PriorSamples = 48, DistanceScale = 0.02f };

    /// <summary>The batch's own statistics alone, as Tent and ETA normalise.</summary>
    public static StatisticsPolicy Batch { get; } = new() { Momentum = 1, PriorSamples = 0 };

    /// <summary>The statistics that the model was trained with; the moving average is kept but not used.</summary>
    public static StatisticsPolicy Source { get; } = new() { BatchSamples = 0 };

    /// <summary>
    /// Share of the newest batch in the moving average, above 0 and at most 1 (1 forgets all earlier batches). With <see cref="MemoryImages"/> above 0: the most that
    /// a batch counts in the statistics that normalise it; the average itself counts it as its share of the images.
    /// </summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>N, the weight of the source statistics counted in samples, at least 0.</summary>
    public float PriorSamples { get; init; } = 64;

    /// <summary>
    /// B, the weight of the recent frames counted in samples, at least 0. A nominal number: smaller batches keep the same weight, unless <see cref="MemoryImages"/> is
    /// above 0; then B is at most the number of images in the average, so that a first batch of one leaves the source by 1 / (1 + N) only.
    /// </summary>
    public float BatchSamples { get; init; } = 64;

    /// <summary>κ, at least 0: the distance at which a layer's weight is halved; 0 weights all layers alike.</summary>
    public float DistanceScale { get; init; }

    /// <summary>
    /// δ, from 0 to 1: w falls linearly with a layer's place in the model, to 1 − δ of itself at the last one. Late layers carry the class, so that a run of few classes
    /// moves them as a shift would; early ones carry the shift.
    /// </summary>
    public float DepthDecay { get; init; }

    /// <summary>Whether batch variances are divided by n − 1 instead of n (a batch with one value a channel is divided by 1).</summary>
    public bool Unbiased { get; init; }

    /// <summary>
    /// Images that the moving average remembers, at least 0; used by <see cref="StatisticsFollower"/>. Until it has seen so many, all count alike; then a batch counts
    /// as its share of them. 0 averages batches by <see cref="Momentum"/> instead, however small they are.
    /// </summary>
    public float MemoryImages { get; init; }

    /// <summary>When the average starts anew, used by <see cref="StatisticsFollower"/>; null never does, nor looks.</summary>
    public ChangeDetection? Change { get; init; }

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
        RequireNotNegative(faults, nameof(MemoryImages), MemoryImages);
        if (!(DepthDecay >= 0 && DepthDecay <= 1))
        {
            faults.Add($"{nameof(DepthDecay)} is {DepthDecay}; give a number from 0 to 1, for example 0.25.");
        }

        if (Change is not null)
        {
            faults.AddRange(Change.FindFaults());
            if (MemoryImages < Change.Window)
            {
                faults.Add($"{nameof(MemoryImages)} is {MemoryImages}, less than the {Change.Window} images that a change is judged by; give more, for example 640, or no {nameof(Change)}.");
            }
        }

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
