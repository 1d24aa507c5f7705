using EdgeAdapt.Datasets;
using EdgeAdapt.Evaluation;
using Spectre.Console;

namespace EdgeAdapt.Cli.Evaluation;

/// <summary>An evaluation as tables, one a protocol and batch: conditions down, methods across, accuracy and share of uploads in each cell.</summary>
internal static class EvaluationTable
{
    public static void Print(CommandContext context, EvaluationReport report)
    {
        foreach (ReportGroup group in ReportGroup.Of(report))
        {
            context.Console.Write(Table(group));
            context.Output.WriteLine($"{report.Images} images each, batches of {group.Batch}, protocol {SummaryName.Of(group.Protocol)}, seed {string.Join(", ", group.Rows.Select(r => r.Seed).Distinct())}.");
        }

        PrintOverview(context, ReportOverview.Of(report));
        context.Output.WriteLine(ReportText.Account(report));
        foreach (string note in report.Notes)
        {
            context.Output.WriteLine(note);
        }
    }

    private static void PrintOverview(CommandContext context, ReportOverview overview)
    {
        if (overview.Rows.Count < 2)
        {
            return;
        }

        Table table = new Table().Border(TableBorder.Simple).AddColumn("mean accuracy % (uploaded %)");
        foreach (string method in overview.Methods)
        {
            table.AddColumn(new TableColumn(Markup.Escape(method)).RightAligned());
        }

        foreach ((string title, IReadOnlyList<EvaluationSummary?> cells) in overview.Rows)
        {
            table.AddRow([Markup.Escape(title), .. cells.Select(ReportOverview.Text)]);
        }

        context.Console.Write(table);
    }

    private static Table Table(ReportGroup group)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("accuracy % (uploaded %)");
        foreach (EvaluationSummary method in group.Summaries)
        {
            table.AddColumn(new TableColumn(Markup.Escape(SummaryName.Of(method))).RightAligned());
        }

        foreach (string corruption in group.Corruptions)
        {
            table.AddRow([Markup.Escape(corruption), .. group.Summaries.Select(m => group.Cell(m, corruption)).Select(c => Cell(c.Accuracy, c.Uploaded))]);
        }

        if (group.Summaries[0].Corruptions > 0)
        {
            table.AddRow([$"[bold]mean of {group.Summaries[0].Corruptions} without {CorruptionFolder.Clean}[/]", .. group.Summaries.Select(m => $"[bold]{Cell(m.Accuracy, m.UploadedFraction)}[/]")]);
        }

        if (group.Summaries.Any(m => m.AccuracyDeviation is not null))
        {
            table.AddRow(["deviation over seeds", .. group.Summaries.Select(m => ReportText.Percent(m.AccuracyDeviation))]);
        }

        table.AddRow(["kB up", .. group.Summaries.Select(m => ReportText.Kilobytes(m.BytesUp))]);
        table.AddRow(["kB down", .. group.Summaries.Select(m => ReportText.Kilobytes(m.BytesDown))]);
        table.AddRow(["seconds", .. group.Summaries.Select(m => m.Seconds.ToString("N1"))]);
        return table;
    }

    private static string Cell(double? accuracy, double? uploaded) => accuracy is null ? "-" : $"{ReportText.Percent(accuracy)} ({ReportText.Share(uploaded)})";
}
