namespace EdgeAdapt.Evaluation;

/// <summary>All protocols and batches of a report at one glance: a row for each, a column for each method, mean accuracies.</summary>
/// <param name="Methods">The methods, with their delays.</param>
/// <param name="Rows">For each protocol and batch, the accuracy and share of uploads of each method; null where it was not measured.</param>
public sealed record ReportOverview(IReadOnlyList<string> Methods, IReadOnlyList<(string Title, IReadOnlyList<EvaluationSummary?> Cells)> Rows)
{
    /// <summary>The overview of a report; it has as many rows as <see cref="ReportGroup.Of"/> has groups.</summary>
    public static ReportOverview Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string[] methods = [.. report.Summary.Select(SummaryName.Of).Distinct()];
        return new ReportOverview(
            methods,
            [
                .. ReportGroup.Of(report).Select(g => (
                    $"{SummaryName.Of(g.Protocol)}, batches of {g.Batch}",
                    (IReadOnlyList<EvaluationSummary?>)[.. methods.Select(m => g.Summaries.FirstOrDefault(s => SummaryName.Of(s) == m))])),
            ]);
    }

    /// <summary>A cell as text: accuracy and share of uploads in percent, or a dash.</summary>
    public static string Text(EvaluationSummary? cell) =>
        cell is null ? "-" : $"{ReportText.Percent(cell.Compared)} ({ReportText.Share(cell.UploadedFraction ?? 0)})";
}
