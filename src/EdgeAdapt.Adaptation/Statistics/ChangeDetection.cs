namespace EdgeAdapt.Adaptation;

/// <summary>
/// When a <see cref="StatisticsFollower"/> takes the stream for a new one. A layer's distance between the newest images and the average before them, counted in the
/// distance that as many images of one stream have by chance, is its excess; where the median excess of the layers is above the threshold, the average starts anew.
/// The median, because a shift of the input moves all layers, while a run of one class moves the first (its colours) and the last (its features) most.
/// </summary>
public sealed record ChangeDetection
{
    /// <summary>Images that are compared with the average: the batch itself where it has as many, otherwise a moving average of so many; at least 2.</summary>
    public int Window { get; init; } = 16;

    /// <summary>Median excess above which the stream has changed; above 1, which is what chance gives.</summary>
    public float Threshold { get; init; } = 10;

    /// <summary>
    /// The distance times the number of images that a layer is taken to show by chance before any was measured, above 0. Medians of the layers of the networks in
    /// docs/algorithm.md lie between 0.02 and 0.3.
    /// </summary>
    public float InitialNoise { get; init; } = 0.1f;

    /// <summary>Windows that <see cref="InitialNoise"/> counts as, above 0.</summary>
    public float InitialWeight { get; init; } = 2;

    /// <summary>Windows that the measured noise averages over, at least <see cref="InitialWeight"/>.</summary>
    public float NoiseMemory { get; init; } = 20;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        Require(faults, Window >= 2, nameof(Window), Window, "give at least 2 images, for example 16");
        Require(faults, Threshold > 1 && float.IsFinite(Threshold), nameof(Threshold), Threshold, "give a finite number above 1, for example 10");
        Require(faults, InitialNoise > 0 && float.IsFinite(InitialNoise), nameof(InitialNoise), InitialNoise, "give a finite number above 0, for example 0.1");
        Require(faults, InitialWeight > 0 && float.IsFinite(InitialWeight), nameof(InitialWeight), InitialWeight, "give a finite number above 0, for example 2");
        Require(
            faults, NoiseMemory >= InitialWeight && float.IsFinite(NoiseMemory), nameof(NoiseMemory), NoiseMemory,
            $"give a finite number of at least {nameof(InitialWeight)}, for example 20");
        return faults;
    }

    private static void Require(List<string> faults, bool met, string name, float value, string remedy)
    {
        if (!met)
        {
            faults.Add($"{nameof(ChangeDetection)}.{name} is {value}; {remedy}.");
        }
    }
}
