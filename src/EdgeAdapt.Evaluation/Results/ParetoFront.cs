namespace EdgeAdapt.Evaluation;

/// <summary>Which summaries no other beats in accuracy for as few bytes.</summary>
public static class ParetoFront
{
    /// <summary>Marks the summaries on the front of their protocol and batch; equals in both stand on it together.</summary>
    public static IReadOnlyList<EvaluationSummary> Mark(IReadOnlyList<EvaluationSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        return [.. summaries.Select(s => s with { OnFront = !summaries.Any(other => Beats(other, s)) })];
    }

    private static bool Beats(EvaluationSummary a, EvaluationSummary b) =>
        (a.Protocol, a.Batch) == (b.Protocol, b.Batch)
        && a.BytesPerImage <= b.BytesPerImage && a.Compared >= b.Compared
        && (a.BytesPerImage < b.BytesPerImage || a.Compared > b.Compared);
}
