using System.Globalization;
using EdgeAdapt.Datasets;
using Spectre.Console;

namespace EdgeAdapt.Cli.Evaluation;

/// <summary>An evaluation as a table: corruptions down, methods across, accuracy and share of uploads in each cell.</summary>
internal static class EvaluationTable
{
    public static void Print(CommandContext context, EvaluationReport report)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("accuracy % (uploaded %)");
        foreach (EvaluationSummary method in report.Summary)
        {
            table.AddColumn(new TableColumn(method.Method).RightAligned());
        }

        foreach (string corruption in report.Rows.Select(r => r.Corruption).Distinct())
        {
            table.AddRow([
                Markup.Escape(corruption),
                .. report.Summary.Select(m => report.Rows.First(r => r.Method == m.Method && r.Corruption == corruption)).Select(r => Cell(r.Accuracy, r.UploadedFraction)),
            ]);
        }

        int shifted = report.Summary[0].Corruptions;
        table.AddRow([$"[bold]mean of {shifted} without {CorruptionFolder.Clean}[/]", .. report.Summary.Select(m => $"[bold]{Cell(m.Accuracy, m.UploadedFraction)}[/]")]);
        table.AddRow(["kB up", .. report.Summary.Select(m => Kilobytes(m.BytesUp))]);
        table.AddRow(["kB down", .. report.Summary.Select(m => Kilobytes(m.BytesDown))]);
        table.AddRow(["seconds", .. report.Summary.Select(m => m.Seconds.ToString("N1", CultureInfo.InvariantCulture))]);
        context.Console.Write(table);
        context.Output.WriteLine(
            $"{report.Images} images each, batches of {report.Batch}, protocol {(report.Protocol == EvaluationProtocol.Reset ? "reset" : "continual")}, seed {report.Seed}. " +
            "Up: raw pixels of the uploaded images, and statistics where sent; down: parameter sets.");
    }

    private static string Cell(double? accuracy, double? uploaded) => accuracy is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy:F2} ({100 * uploaded:F1})");

    private static string Kilobytes(long bytes) => (bytes / 1000.0).ToString("N0", CultureInfo.InvariantCulture);
}
