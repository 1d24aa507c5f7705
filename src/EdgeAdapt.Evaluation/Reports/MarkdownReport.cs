using System.Text;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Evaluation;

/// <summary>A report as Markdown: a table for each protocol and batch.</summary>
public static class MarkdownReport
{
    /// <summary>Writes the report.</summary>
    public static string Render(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder($"# Evaluation\n\n{ReportText.Setup(report)}\n{ReportText.Account(report)}\n");
        foreach (string note in report.Notes)
        {
            text.Append($"{note}\n");
        }

        ReportOverview overview = ReportOverview.Of(report);
        if (overview.Rows.Count > 1)
        {
            text.Append("\n## Overview\n\n");
            AddRow(text, ["mean accuracy % (uploaded %)", .. overview.Methods]);
            AddRow(text, ["---", .. overview.Methods.Select(_ => "--:")]);
            foreach ((string title, IReadOnlyList<EvaluationSummary?> cells) in overview.Rows)
            {
                AddRow(text, [title, .. cells.Select(ReportOverview.Text)]);
            }
        }

        foreach (ReportGroup group in ReportGroup.Of(report))
        {
            text.Append($"\n## {group.Title}\n\n");
            AddRow(text, ["accuracy % (uploaded %)", .. group.Summaries.Select(SummaryName.Of)]);
            AddRow(text, ["---", .. group.Summaries.Select(_ => "--:")]);
            foreach (string corruption in group.Corruptions)
            {
                AddRow(text, [corruption, .. group.Summaries.Select(s => Cell(group.Cell(s, corruption)))]);
            }

            if (group.Summaries[0].Corruptions > 0)
            {
                AddMean(text, group);
            }

            if (group.Summaries.Any(s => s.AccuracyDeviation is not null))
            {
                AddRow(text, ["deviation over seeds", .. group.Summaries.Select(s => ReportText.Percent(s.AccuracyDeviation))]);
            }

            AddRow(text, ["kB up", .. group.Summaries.Select(s => ReportText.Kilobytes(s.BytesUp))]);
            AddRow(text, ["kB down", .. group.Summaries.Select(s => ReportText.Kilobytes(s.BytesDown))]);
            AddRow(text, ["parameter sets", .. group.Summaries.Select(s => s.ParameterSets.ToString("N0"))]);
            AddRow(text, ["on the Pareto front", .. group.Summaries.Select(s => s.OnFront ? "yes" : "no")]);
        }

        return text.ToString();
    }

    private static void AddMean(StringBuilder text, ReportGroup group) =>
        AddRow(text,
        [
            $"**mean of {group.Summaries[0].Corruptions} without {CorruptionFolder.Clean}**",
            .. group.Summaries.Select(s => $"**{ReportText.Percent(s.Accuracy)}** ({ReportText.Share(s.UploadedFraction)})"),
        ]);

    private static string Cell((double Accuracy, double Uploaded) cell) => $"{ReportText.Percent(cell.Accuracy)} ({ReportText.Share(cell.Uploaded)})";

    private static void AddRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append($"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");
}
