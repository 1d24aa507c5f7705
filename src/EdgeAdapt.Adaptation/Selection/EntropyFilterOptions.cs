namespace EdgeAdapt.Adaptation;

/// <summary>
/// Which samples an entropy filter keeps: those that are neither unreliable (high entropy) nor uninformative (low entropy).
/// Defaults: CEMA (Chen et al., ICLR 2024), with the thresholds that its authors' result log uses.
/// </summary>
public sealed record EntropyFilterOptions
{
    /// <summary>E_max(0) as a share of ln K, above 0 and at most 1; null keeps samples of any high entropy. CEMA `ent_high_margin`: 0.4.</summary>
    public double? EntropyHighMargin { get; init; } = 0.4;

    /// <summary>E_min as a share of ln K, from 0 and below the high margin; null keeps samples of any low entropy. CEMA `ent_low_margin`: 0.02.</summary>
    public double? EntropyLowMargin { get; init; } = 0.02;

    /// <summary>
    /// Samples after which E_max follows the running mean entropy, at least 1; null keeps it static. CEMA `warm_up_batch_size`, which counts samples; 256.
    /// </summary>
    public int? WarmUpSamples { get; init; } = 256;

    /// <summary>λ, the factor of the dynamic E_max, above 0. CEMA `ent_high_margin_coeff`: 1.0 in the authors' log.</summary>
    public double Lambda { get; init; } = 1.0;

    /// <summary>
    /// Whether the dynamic E_max may rise above E_max(0), as the published rule lets it. A device whose first frames are easy has a warm-up mean near 0:
    /// at the first drift the ratio to it multiplies the bound, nearly every frame is below it and the uplink is flooded with unreliable samples.
    /// </summary>
    public bool MayRise { get; init; } = true;

    /// <summary>
    /// Largest share of the stream to keep, above 0 and at most 1; null sets no limit. The thresholds alone keep what the stream happens to hold (45 % of the
    /// CIFAR-10 photographs at severity 5), so an uplink that is paid by the byte needs a bound of its own. See <see cref="UploadBudget"/>.
    /// </summary>
    public double? UploadShare { get; init; }

    /// <summary>
    /// Which samples the share is spent on. What a strategy does not ask of the thresholds still weighs samples where an adaptation weighs by them.
    /// </summary>
    public SelectionStrategy Strategy { get; init; }

    /// <summary>
    /// Frames whose share is held back for changes of the stream, from 0, which holds nothing back: the reserve. At the start of a stream and after
    /// <see cref="EntropyFilter.NoteChange"/> half of it is spent as fast as samples come, then three quarters of what is earned fill it again. Over a long time the share is the same, but samples
    /// teach most right after a change (docs/evaluate.md). Held only under a share below <see cref="EntropyFilter.ThinShare"/>, and never for <see cref="SelectionStrategy.Random"/>.
    /// </summary>
    public int ReserveFrames { get; init; }

    /// <summary>Seed of the random draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The product's default on a device: the published thresholds, with E_max only ever falling below its start.</summary>
    public static EntropyFilterOptions Device { get; } = new() { MayRise = false, ReserveFrames = 1600 };

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (EntropyHighMargin is { } high && !(high > 0 && high <= 1))
        {
            faults.Add($"{nameof(EntropyHighMargin)} is {high}; give a share of ln(classes) above 0 and at most 1, for example 0.4.");
        }

        if (EntropyLowMargin is { } low && !(low >= 0 && low < (EntropyHighMargin ?? 1)))
        {
            faults.Add($"{nameof(EntropyLowMargin)} is {low}; give a share of ln(classes) from 0 and below {nameof(EntropyHighMargin)} ({EntropyHighMargin ?? 1}), for example 0.02.");
        }

        if (WarmUpSamples < 1)
        {
            faults.Add($"{nameof(WarmUpSamples)} is {WarmUpSamples}; give at least 1, or leave it out for a static threshold.");
        }

        if (!(Lambda > 0 && double.IsFinite(Lambda)))
        {
            faults.Add($"{nameof(Lambda)} is {Lambda}; give a finite number above 0, for example 1.");
        }

        if (UploadShare is { } share && !(share > 0 && share <= 1))
        {
            faults.Add($"{nameof(UploadShare)} is {share}; give a share of the stream above 0 and at most 1, for example 0.4, or leave it out.");
        }

        if (ReserveFrames < 0)
        {
            faults.Add($"{nameof(ReserveFrames)} is {ReserveFrames}; give at least 0, for example 1600.");
        }

        if (!Enum.IsDefined(Strategy))
        {
            faults.Add($"{nameof(Strategy)} is {Strategy}; give {string.Join(" or ", Enum.GetNames<SelectionStrategy>())}.");
        }

        return faults;
    }
}
