using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;
using Spectre.Console;

namespace EdgeAdapt.Demo.Views;

/// <summary>One line every few seconds, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output) : IDemoView
{
    private const int Width = 160;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private TimeSpan? _last;
    private string? _stage;
    private string? _phase;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Action<DemoState>, Task> run) => run(Show);

    /// <inheritdoc/>
    public void Summarize(DemoResult result, IReadOnlyList<(string What, string Path)> files)
    {
        // Not the process's own console: that may write colours into a file, where they are noise.
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        plain.Profile.Width = Width;
        SummaryTable.Write(plain, result, files);
    }

    /// <summary>The line that tells a state.</summary>
    internal static string Line(DemoState state)
    {
        string head = $"{Figures.Clock(state.Elapsed)}  {state.Stage}";
        if (state.Run is not { } run || run.Progress == 0)
        {
            return head;
        }

        DemoPhase phase = run.CurrentPhase;
        (Tally now, Tally all) = (run.Of(phase), run.Overall);
        double? swap = run.Agents.SelectMany(a => a.Swaps.TakeLast(1)).Select(s => (double?)s.Milliseconds).Max();
        return $"{head}  {phase.Name}: {Figures.Percent(now.SourceAccuracy)} -> {Figures.Percent(now.AdaptedAccuracy)}" +
            $"  overall: {Figures.Percent(all.SourceAccuracy)} -> {Figures.Percent(all.AdaptedAccuracy)}" +
            $"  uploaded {Figures.Percent(all.UploadedShare)}  up {Figures.Bytes(run.BytesUp)}  down {Figures.Bytes(run.BytesDown)}" +
            $"  version {run.Version}  swap {Figures.Milliseconds(swap)}  broker {state.Broker}  queue {run.Queued}" +
            $"  {run.Progress * 100:0} %, {Figures.Clock(state.Remaining)} left";
    }

    private void Show(DemoState state)
    {
        string? phase = state.Run?.CurrentPhase.Name;
        if (_last is { } last && state.Elapsed - last < Interval && state.Stage == _stage && phase == _phase)
        {
            return;
        }

        (_last, _stage, _phase) = (state.Elapsed, state.Stage, phase);
        output.WriteLine(Line(state));
    }
}
