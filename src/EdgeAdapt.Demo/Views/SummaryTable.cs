using EdgeAdapt.Demo.Results;
using Spectre.Console;

namespace EdgeAdapt.Demo.Views;

/// <summary>The summary at the end of a run.</summary>
internal static class SummaryTable
{
    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="result">The result.</param>
    /// <param name="files">Files written, with what each is.</param>
    public static void Write(IAnsiConsole console, DemoResult result, IReadOnlyList<(string What, string Path)> files)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("Phase");
        foreach (string column in new[] { "Frames", "Without", "With", "Gain", "Uploaded" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (PhaseResult phase in result.Phases)
        {
            AddRow(table, Markup.Escape(phase.Name), phase.Frames, phase.Accuracy, phase.UploadedFraction);
        }

        table.AddEmptyRow();
        double? share = result.Samples.Seen == 0 ? null : (double)result.Samples.Uploaded / result.Samples.Seen;
        AddRow(table, "[bold]Overall[/]", result.Samples.Seen, result.Accuracy, share);
        console.Write(table);

        var facts = new Grid().AddColumn().AddColumn();
        Add(facts, "Samples", $"{result.Samples.Seen:#,0} seen, {result.Samples.Uploaded:#,0} uploaded, {result.Samples.Acknowledged:#,0} acknowledged by the cloud");
        Add(facts, "Bytes", $"{Figures.Bytes(result.Bytes.Up)} up, {Figures.Bytes(result.Bytes.Down)} down");
        Add(facts, "Parameter sets", $"{result.ParameterSets} put to use");
        Add(facts, "Swaps", $"{result.SwapMilliseconds.Count}, median {Figures.Milliseconds(result.SwapMilliseconds.P50)}, p99 {Figures.Milliseconds(result.SwapMilliseconds.P99)}");
        Add(facts, "Requests", $"{result.Requests.Answered:#,0} answered, {result.Requests.Failed} failed");
        Add(facts, "Time", $"{result.Seconds:0} s, seed {result.Seed}");
        foreach ((string what, string path) in files)
        {
            Add(facts, what, path);
        }

        console.Write(facts);
        if (result.Passed)
        {
            console.MarkupLine($"\n[green bold]Adaptation helped:[/] {Figures.Percent(result.Accuracy.Source)} -> {Figures.Percent(result.Accuracy.Adapted)}");
            return;
        }

        foreach (string reason in result.Reasons)
        {
            console.MarkupLine($"[red bold]Failed:[/] {Markup.Escape(reason)}");
        }
    }

    private static void AddRow(Table table, string name, long frames, AccuracyResult accuracy, double? share) => table.AddRow(
        name, $"{frames:#,0}", Figures.Percent(accuracy.Source), Figures.Percent(accuracy.Adapted), Figures.Gain(accuracy.Source, accuracy.Adapted), Figures.Percent(share));

    private static void Add(Grid grid, string name, string value) => grid.AddRow(new Markup($"[grey]{Markup.Escape(name)}[/]"), new Text(value));
}
