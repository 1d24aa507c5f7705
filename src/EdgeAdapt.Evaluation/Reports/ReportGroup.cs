namespace EdgeAdapt.Evaluation;

/// <summary>The part of a report that can be compared: one protocol and batch.</summary>
/// <param name="Protocol">In which order images came.</param>
/// <param name="Batch">Images in a batch at the edge.</param>
/// <param name="Summaries">One a method and delay.</param>
/// <param name="Rows">Their rows.</param>
/// <param name="Timelines">Their streams of the first seed, where streams run through all conditions.</param>
public sealed record ReportGroup(
    EvaluationProtocol Protocol, int Batch, IReadOnlyList<EvaluationSummary> Summaries, IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<EvaluationTimeline> Timelines)
{
    /// <summary>The protocol and batch as a heading.</summary>
    public string Title => $"Protocol {SummaryName.Of(Protocol)}, batches of {Batch}";

    /// <summary>The conditions in the order of the rows.</summary>
    public IReadOnlyList<string> Corruptions => [.. Rows.Select(r => r.Corruption).Distinct()];

    /// <summary>The groups of a report in its order.</summary>
    public static IReadOnlyList<ReportGroup> Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            .. report.Summary.GroupBy(s => (s.Protocol, s.Batch)).Select(g => new ReportGroup(
                g.Key.Protocol, g.Key.Batch, [.. g],
                [.. report.Rows.Where(r => (r.Protocol, r.Batch) == g.Key)],
                [.. report.Timelines.Where(t => (t.Protocol, t.Batch) == g.Key && t.Seed == report.Seed)])),
        ];
    }

    /// <summary>Accuracy and share of uploads of a method on a condition, over seeds and rounds.</summary>
    public (double Accuracy, double Uploaded) Cell(EvaluationSummary method, string corruption)
    {
        ArgumentNullException.ThrowIfNull(method);
        EvaluationRow[] rows = [.. Rows.Where(r => r.Method == method.Method && r.Delay == method.Delay && r.Upload == method.Upload && r.Corruption == corruption)];
        return (rows.Average(r => r.Accuracy), rows.Average(r => r.UploadedFraction));
    }
}
