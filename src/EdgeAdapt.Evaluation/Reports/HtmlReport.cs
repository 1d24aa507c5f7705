using System.Net;
using System.Text;
using EdgeAdapt.Datasets;
using EdgeAdapt.Plots;

namespace EdgeAdapt.Evaluation;

/// <summary>A report as one HTML page that needs nothing else: styles and drawings are inside it.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    public static string Render(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append($"<title>EdgeAdapt evaluation</title>\n<style>\n{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        IReadOnlyList<ReportGroup> groups = ReportGroup.Of(report);
        page.Append($"<header>\n<p class=\"product\">EdgeAdapt evaluation</p>\n<h1>{Text(Headline(groups[0]))}</h1>\n");
        page.Append($"<p>{Text(ReportText.Setup(report))}</p>\n</header>\n");
        string[] names = [.. report.Summary.Select(SummaryName.Of).Distinct()];
        var styles = names.Select((n, i) => (n, PlotSeries.Numbered(i))).ToDictionary(p => p.n, p => p.Item2, StringComparer.Ordinal);
        AddOverview(page, report);
        foreach (ReportGroup group in groups)
        {
            AddGroup(page, group, styles);
        }

        page.Append("<footer>\n<h2>How it was counted</h2>\n");
        foreach (string line in (string[])[ReportText.Account(report), .. report.Notes])
        {
            page.Append($"<p>{Text(line)}</p>\n");
        }

        return page.Append("</footer>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static string Headline(ReportGroup group)
    {
        EvaluationSummary best = group.Summaries.MaxBy(s => s.Compared)!;
        return $"{SummaryName.Of(best)} is most accurate: {ReportText.Percent(best.Compared)}\u00a0% ({group.Title.ToLowerInvariant()})";
    }

    private static void AddOverview(StringBuilder page, EvaluationReport report)
    {
        ReportOverview overview = ReportOverview.Of(report);
        if (overview.Rows.Count < 2)
        {
            return;
        }

        page.Append("<section>\n<h2>Overview: mean accuracy, % (uploaded, %)</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Protocol</th>");
        page.Append(string.Concat(overview.Methods.Select(m => $"<th>{Text(m)}</th>"))).Append("</tr></thead>\n<tbody>\n");
        foreach ((string title, IReadOnlyList<EvaluationSummary?> cells) in overview.Rows)
        {
            double best = cells.Max(c => c?.Compared ?? 0);
            page.Append($"<tr><th scope=\"row\">{Text(title)}</th>");
            page.Append(string.Concat(cells.Select(c => $"<td{(c?.Compared == best ? " class=\"up\"" : string.Empty)}>{Text(ReportOverview.Text(c))}</td>"))).Append("</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static void AddGroup(StringBuilder page, ReportGroup group, IReadOnlyDictionary<string, string> styles)
    {
        page.Append($"<section>\n<h2>{Text(group.Title)}</h2>\n");
        AddSummary(page, group);
        page.Append("</section>\n");
        AddFigure(page, EvaluationPlots.ByCorruption(group.Rows, styles), "Each answer is given before the method learns from its image.");
        AddFigure(page, EvaluationPlots.AgainstBytes(group.Summaries, styles), "No method on the dashed line is beaten in accuracy for as few bytes.");
        if (group.Timelines.Count > 0)
        {
            AddFigure(page, EvaluationPlots.OverTime(group.Timelines, styles), "Share of right answers over the last five hundred images of a condition, along the stream of the first seed.");
        }

        AddTable(page, group);
    }

    private static void AddFigure(StringBuilder page, Plot plot, string caption) =>
        page.Append($"<figure>\n<h2>{Text(plot.Title)}</h2>\n<p class=\"caption\">{Text(caption)}</p>\n{SvgPlot.Render(plot)}</figure>\n");

    private static void AddSummary(StringBuilder page, ReportGroup group)
    {
        bool deviates = group.Summaries.Any(s => s.AccuracyDeviation is not null);
        page.Append($"<div class=\"scroll\"><table>\n<thead><tr><th>Method</th><th>Mean accuracy, %</th>{(deviates ? "<th>Deviation over seeds</th>" : string.Empty)}<th>Lowest, %</th><th>Clean, %</th><th>Uploaded, %</th><th>kB up</th><th>kB down</th><th>Sets</th><th>Pareto front</th><th>Seconds</th></tr></thead>\n<tbody>\n");
        foreach (EvaluationSummary s in group.Summaries)
        {
            page.Append($"<tr><th scope=\"row\">{Text(SummaryName.Of(s))}</th><td>{ReportText.Percent(s.Accuracy)}</td>{(deviates ? $"<td>{ReportText.Percent(s.AccuracyDeviation)}</td>" : string.Empty)}");
            page.Append($"<td>{ReportText.Percent(s.LowestAccuracy)}</td><td>{ReportText.Percent(s.CleanAccuracy)}</td><td>{ReportText.Share(s.UploadedFraction)}</td>");
            page.Append($"<td>{ReportText.Kilobytes(s.BytesUp)}</td><td>{ReportText.Kilobytes(s.BytesDown)}</td><td>{s.ParameterSets:N0}</td><td>{(s.OnFront ? "yes" : string.Empty)}</td><td>{s.Seconds:N1}</td></tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n");
        if (group.Summaries[0].Corruptions > 0)
        {
            page.Append($"<p class=\"caption\">Means are over {group.Summaries[0].Corruptions} conditions without {CorruptionFolder.Clean}.</p>\n");
        }
    }

    private static void AddTable(StringBuilder page, ReportGroup group)
    {
        page.Append("<section>\n<h2>By condition: accuracy, % (uploaded, %)</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Condition</th>");
        page.Append(string.Concat(group.Summaries.Select(s => $"<th>{Text(SummaryName.Of(s))}</th>"))).Append("</tr></thead>\n<tbody>\n");
        foreach (string corruption in group.Corruptions)
        {
            (double Accuracy, double Uploaded)[] cells = [.. group.Summaries.Select(s => group.Cell(s, corruption))];
            double best = cells.Max(c => c.Accuracy);
            page.Append($"<tr><th scope=\"row\">{Text(corruption)}</th>");
            page.Append(string.Concat(cells.Select(c => $"<td{(c.Accuracy == best ? " class=\"up\"" : string.Empty)}>{ReportText.Percent(c.Accuracy)} <small>({ReportText.Share(c.Uploaded)})</small></td>")));
            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
