using System.Globalization;
using EdgeAdapt.Corruptions;
using EdgeAdapt.Datasets;
using Spectre.Console;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`corrupt --compare`: the corruptions of this software against stored images, as a table.</summary>
internal static class CorruptComparison
{
    public static ExitCode Run(CommandContext context, string folder, CorruptedSetOptions options, string? json, CancellationToken cancellation)
    {
        if (options.Severities is not [var severity])
        {
            throw new UsageException("--compare needs the one severity of the stored images. Give --severity 5, for example.");
        }

        CorruptionFolder stored = CorruptionFolder.Open(folder);
        Corruption[] present = [.. options.Names.Select(CorruptionCatalog.Find).OfType<Corruption>().Where(c => stored.Corruptions.Contains(c.Name))];
        if (present.Length == 0 || !stored.Corruptions.Contains(CorruptionFolder.Clean))
        {
            throw new UsageException($"'{folder}' needs {CorruptionFolder.Clean}.npy and one of the corruptions asked for; it has {string.Join(", ", stored.Corruptions)}.");
        }

        int count = Math.Min(stored.Count, options.Limit ?? stored.Count);
        byte[][] clean = Read(stored, CorruptionFolder.Clean, count);
        List<CorruptionComparison> rows = ProgressBar.Run(context, "compare", present.Length, progress =>
        {
            var all = new List<CorruptionComparison>();
            foreach (Corruption corruption in present)
            {
                cancellation.ThrowIfCancellationRequested();
                all.Add(CorruptionComparison.Of(
                    corruption, clean, Read(stored, corruption.Name, count), stored.Height, stored.Width, severity, options.Seed));
                progress(corruption.Name);
            }

            return all;
        });
        Print(context, rows, count, severity);
        if (json is not null)
        {
            JsonReport.Write(json, rows);
        }

        return ExitCode.Success;
    }

    private static void Print(CommandContext context, IReadOnlyList<CorruptionComparison> rows, int count, int severity)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("corruption").AddColumn("kind");
        foreach (string column in new[] { "pixel difference", "mean", "deviation", "spectrum %" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (CorruptionComparison row in rows)
        {
            table.AddRow(
                row.Corruption, row.Kind == CorruptionKind.Random ? "random" : "deterministic",
                row.Kind == CorruptionKind.Random ? "-" : Text(row.MeanAbsoluteDifference, "0.000"),
                Text(row.MeanDifference, "0.00"), Text(row.DeviationDifference, "0.00"), Text(100 * row.SpectrumDifference, "0.0"));
        }

        context.Console.Write(table);
        context.Output.WriteLine(
            $"{count} images at severity {severity}. Levels of 255: mean absolute pixel difference; largest difference of a channel's mean and deviation. " +
            "Spectrum: largest difference of the power of (corrupted - clean) in six rings of spatial frequency.");
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static byte[][] Read(CorruptionFolder folder, string name, int count)
    {
        using NpyFrameReader reader = folder.Images(name);
        return [.. Enumerable.Range(0, count).Select(i => reader.ReadFrame(i))];
    }
}
