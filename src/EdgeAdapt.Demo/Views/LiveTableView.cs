using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeAdapt.Demo.Views;

/// <summary>A table that is drawn anew in place, for terminals.</summary>
internal sealed class LiveTableView(IAnsiConsole console) : IDemoView
{
    private const int BarWidth = 40;

    // Two lines of head, the frames and headings of two tables, the line of the whole run with the blank one above it, and the cursor's.
    private const int LinesBesidePhases = 13;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Action<DemoState>, Task> run) =>
        console.Live(new Text("Starting")).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
            await run(state =>
            {
                live.UpdateTarget(Render(state, console.Profile.Height));
                live.Refresh();
            }).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Summarize(DemoResult result, IReadOnlyList<(string What, string Path)> files) => SummaryTable.Write(console, result, files);

    /// <summary>The whole picture of one state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="height">Lines of the terminal; where they do not hold all phases, those around the present one are shown.</param>
    internal static IRenderable Render(DemoState state, int height)
    {
        var rows = new List<IRenderable> { Head(state) };
        if (state.Run is { } run)
        {
            rows.Add(Phases(run, height - LinesBesidePhases - run.Agents.Count));
            rows.Add(Agents(run));
        }

        return new Rows(rows);
    }

    private static Markup Head(DemoState state)
    {
        double progress = state.Run?.Progress ?? 0;
        int filled = (int)(progress * BarWidth);
        string bar = $"[blue]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]";
        return new Markup(
            $"[bold]EdgeAdapt demo[/]  {Markup.Escape(state.Stage)}\n{bar} {progress * 100:0} %  {Figures.Clock(state.Elapsed)} gone, about {Figures.Clock(state.Remaining)} left  broker {Markup.Escape(state.Broker)}");
    }

    private static IEnumerable<DemoPhase> Visible(RunRecord run, int room)
    {
        int count = Math.Clamp(room, 1, run.Phases.Count);
        int current = run.Phases.ToList().IndexOf(run.CurrentPhase);
        return run.Phases.Skip(Math.Clamp(current - (count / 2), 0, run.Phases.Count - count)).Take(count);
    }

    private static Table Phases(RunRecord run, int room)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("Phase");
        foreach (string column in new[] { "Frames", "Without", "With", "Gain", "Uploaded" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        DemoPhase current = run.CurrentPhase;
        foreach (DemoPhase phase in Visible(run, room))
        {
            string name = phase == current && !run.IsFinished ? $"[bold]▸ {Markup.Escape(phase.Name)}[/]" : $"  {Markup.Escape(phase.Name)}";
            AddRow(table, name, run.Of(phase));
        }

        table.AddEmptyRow();
        AddRow(table, "[bold]  Overall[/]", run.Overall);
        return table;
    }

    private static void AddRow(Table table, string name, Tally tally)
    {
        string gain = Figures.Gain(tally.SourceAccuracy, tally.AdaptedAccuracy);
        string colour = tally.AdaptedRight > tally.SourceRight ? "green" : tally.AdaptedRight < tally.SourceRight ? "red" : "default";
        table.AddRow(
            name, tally.Frames == 0 ? "" : $"{tally.Frames:#,0}", Figures.Percent(tally.SourceAccuracy), $"[bold]{Figures.Percent(tally.AdaptedAccuracy)}[/]",
            $"[{colour}]{gain}[/]", Figures.Percent(tally.UploadedShare));
    }

    private static Table Agents(RunRecord run)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("Agent");
        foreach (string column in new[] { "Link", "Queue", "Acknowledged", "Bytes up", "Bytes down", "Version", "Last swap", "Failed" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (AgentRecord agent in run.Agents)
        {
            string link = agent.Status switch
            {
                null => "starting",
                _ when agent.IsFinished => "finished",
                { Connected: true } => "[green]connected[/]",
                _ => "[yellow]offline[/]",
            };
            table.AddRow(
                Markup.Escape(agent.Device), link, $"{agent.Status?.Outbox ?? 0}", $"{agent.Status?.Uploaded ?? 0}", Figures.Bytes(agent.Status?.BytesUp ?? 0),
                Figures.Bytes(agent.Status?.BytesDown ?? 0), $"{agent.Status?.Version ?? 0}",
                Figures.Milliseconds(agent.Swaps.Count == 0 ? null : agent.Swaps[^1].Milliseconds), $"{Tally.Of([agent], 0, run.Frames).Failed}");
        }

        return table;
    }
}
