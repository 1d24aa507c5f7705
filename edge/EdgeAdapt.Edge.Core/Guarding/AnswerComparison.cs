namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>The answers of a new set beside those of the last good one to the same frames, so that a drift of the frames speaks neither for nor against the set.</summary>
/// <param name="Frames">Frames compared.</param>
/// <param name="Disagreement">Share of frames with another class.</param>
/// <param name="GoodClasses">How many classes the last good set gave.</param>
/// <param name="Classes">How many the new one gives.</param>
/// <param name="EntropyRise">In shares of ln(classes).</param>
/// <param name="ConfidenceDrop">In probability.</param>
/// <param name="Diversity">Of the classes given.</param>
/// <param name="NotFinite">Frames to which only the new set has no finite answer.</param>
internal sealed record AnswerComparison(
    int Frames, PairedRise Disagreement, int GoodClasses, int Classes, PairedRise EntropyRise, PairedRise ConfidenceDrop, DiversityChange Diversity, int NotFinite)
{
    // Of one scene, which the last good set saw as one class or now as this and now as that, a good set that corrects it gives another class every time.
    private const int FewestGoodClasses = 3;
    private const int FewestClasses = 2;

    /// <summary>Share of frames with the same class.</summary>
    public double Agreement => 1 - Disagreement.Mean;

    /// <summary>Compares.</summary>
    /// <param name="good">The last good set's answers.</param>
    /// <param name="now">The new set's answers to the same frames in the same order.</param>
    /// <param name="classes">K, at least 2.</param>
    public static AnswerComparison Of(IReadOnlyList<AnswerSample> good, IReadOnlyList<AnswerSample> now, int classes)
    {
        int[] usable = [.. Enumerable.Range(0, good.Count).Where(i => !float.IsNaN(good[i].Entropy))];
        int[] finite = [.. usable.Where(i => !float.IsNaN(now[i].Entropy))];
        double scale = Math.Log(classes);
        return new AnswerComparison(
            finite.Length,
            PairedRise.Of([.. finite.Select(i => good[i].Class == now[i].Class ? 0.0 : 1)]),
            finite.Select(i => good[i].Class).Distinct().Count(),
            finite.Select(i => now[i].Class).Distinct().Count(),
            PairedRise.Of([.. finite.Select(i => ((double)now[i].Entropy - good[i].Entropy) / scale)]),
            PairedRise.Of([.. finite.Select(i => (double)good[i].Confidence - now[i].Confidence)]),
            DiversityChange.Of([.. finite.Select(i => good[i].Class)], [.. finite.Select(i => now[i].Class)]),
            usable.Length - finite.Length);
    }

    /// <summary>Whether the new set gives one class or a few where the last good one gave more, with the numbers; null where it does not.</summary>
    public string? FindCollapse(RolloutGuardOptions options) => Diversity.Sure < options.MinimumDiversity
        ? $"its answers to {Frames} frames have {Diversity.Ratio:P0} of the effective number of classes of the last good set's ({options.MinimumDiversity:P0} is asked for, --guard-diversity)"
        : null;

    /// <summary>Whether the new set has no finite answer to a frame; null where it has one to each.</summary>
    public string? FindNotFinite() => NotFinite > 0 ? $"its answers to {NotFinite} of {NotFinite + Frames} frames fail or are not finite" : null;

    /// <summary>In what else the new set is worse, with its numbers; null where it is not.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="chosen">Whether the frames were chosen to be different, so that the plain share of agreement means something; else only what is sure of it counts.</param>
    public string? FindFault(RolloutGuardOptions options, bool chosen)
    {
        if (FindNotFinite() is { } fault)
        {
            return fault;
        }

        if (EntropyRise.Sure > options.MaximumEntropyRise)
        {
            return $"the mean entropy of its answers to {Frames} frames is {EntropyRise.Mean:0.00} ln(classes) above the last good set's ({options.MaximumEntropyRise:0.00} is allowed, --guard-entropy)";
        }

        if (ConfidenceDrop.Sure > options.MaximumConfidenceDrop)
        {
            return $"its mean confidence on {Frames} frames is {ConfidenceDrop.Mean:0.00} below the last good set's ({options.MaximumConfidenceDrop:0.00} is allowed, --guard-confidence)";
        }

        double disagreement = chosen ? Disagreement.Mean : Disagreement.Sure;
        return GoodClasses >= FewestGoodClasses && Classes >= FewestClasses && disagreement > 1 - options.MinimumAgreement
            ? $"it agrees with the last good set on {Agreement:P0} of {Frames} frames ({options.MinimumAgreement:P0} is asked for, --guard-agreement)"
            : null;
    }
}
