namespace EdgeAdapt.Adaptation;

/// <summary>CEMA as published, with each of its parts switched off, and as this product configures it.</summary>
internal static class CemaEntries
{
    private const string Paper = "CEMA: Chen et al., ICLR 2024";

    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        Entry("cema", "a teacher adapted on selected uploads, distilled into the edge model", Paper, CemaOptions.Paper),
        .. Ablations(CemaOptions.Paper).Select(a => Entry($"cema-no-{a.Part}", $"cema without {a.Means}", $"{Paper}; ablation", a.Options)),
        Entry("edgeadapt", "distillation under the edge's own statistics, at most 40 % uploaded", "this product's default", CemaOptions.Default),
        .. new[] { 25, 10, 2 }.Select(percent => Entry(
            $"edgeadapt-{percent}", $"edgeadapt with at most {percent} % uploaded, most of it after changes of the stream", "this product on a thinner uplink",
            CemaOptions.Default with { Selection = CemaOptions.Default.Selection with { UploadShare = percent / 100.0 } })),
        .. new[] { 25, 10 }.Select(percent => Entry(
            $"edgeadapt-steady-{percent}", $"edgeadapt with at most {percent} % uploaded, the same share at all times", "edgeadapt without a reserve for changes",
            CemaOptions.Default with { Selection = CemaOptions.Default.Selection with { UploadShare = percent / 100.0, ReserveFrames = 0 } })),
        .. new[] { 40, 25, 10 }.Select(percent => Entry(
            percent == 40 ? "edgeadapt-random" : $"edgeadapt-random-{percent}", $"edgeadapt with {percent} % uploaded, drawn at random whatever their entropy", "random sampling, the baseline of active learning",
            CemaOptions.Default with { Selection = CemaOptions.Default.Selection with { UploadShare = percent / 100.0, Strategy = SelectionStrategy.Random } })),
        .. new[] { 25, 10 }.Select(percent => Entry(
            $"edgeadapt-uncertain-{percent}", $"edgeadapt with {percent} % uploaded, the least certain within the thresholds", "uncertainty sampling",
            CemaOptions.Default with { Selection = CemaOptions.Default.Selection with { UploadShare = percent / 100.0, Strategy = SelectionStrategy.Uncertainty, ReserveFrames = 0 } })),
        .. Variants(CemaOptions.Default).Select(v => Entry($"edgeadapt-{v.Name}", $"edgeadapt {v.Means}", "this product, not the default", v.Options)),
    ];

    private static MethodEntry Entry(string name, string description, string source, CemaOptions options) =>
        new(name, description, source, c => new CemaAdaptation(c.Student, c.Teacher!, options with { Seed = c.Seed, Selection = options.Selection with { Seed = c.Seed } }, c.Settings, c.ImageShape))
        {
            NeedsTeacher = true,
            HasDelay = true,
        };

    private static IEnumerable<(string Name, string Means, CemaOptions Options)> Variants(CemaOptions full)
    {
        yield return ("steps", "with a step on replayed samples after each on uploads", full with { ReplaySteps = 1 });
        yield return ("balanced", "with replay balanced over the taught classes", full with { BalanceReplay = true });
        yield return ("confident", "without samples whose taught class has a probability below one half", full with { MinimumConfidence = 0.5 });
        yield return ("no-guard", "without the guard: nothing is forgotten, restored or reused", full with { Guard = null });
    }

    private static IEnumerable<(string Part, string Means, CemaOptions Options)> Ablations(CemaOptions full)
    {
        EntropyFilterOptions selection = full.Selection;
        yield return ("filter", "entropy filter: everything is uploaded, every sample weighs the same", full with
        {
            Selection = selection with { EntropyHighMargin = null, EntropyLowMargin = null },
        });
        yield return ("emax", "upper entropy threshold, and so without the weights that it sets", full with { Selection = selection with { EntropyHighMargin = null } });
        yield return ("emin", "lower entropy threshold", full with { Selection = selection with { EntropyLowMargin = null } });
        yield return ("dynamic-emax", "the running mean in the upper threshold: it stays where it began", full with { Selection = selection with { WarmUpSamples = null } });
        yield return ("replay", "replay buffer", full with { ReplayCapacity = 0 });
        yield return ("replay-only-step", "steps on replayed samples alone", full with { ReplayOnlyStep = false });
        yield return ("teacher-adaptation", "training the teacher on the uploads", full with { AdaptTeacher = false });
        yield return ("entropy", "the student's entropy in the loss (alpha 0)", full with { Alpha = 0 });
        yield return ("divergence", "the divergence from the teacher in the loss (beta 0)", full with { Beta = 0 });
        yield return ("pseudo-labels", "the teacher's hard labels in the loss (gamma 0)", full with { Gamma = 0 });
        yield return ("first-batch", "statistics of the stream's first batch: the source's start the running ones", full with { Start = StatisticsStart.Source });
    }
}
