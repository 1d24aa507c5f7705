using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Views;
using Spectre.Console;

namespace EdgeAdapt.Demo.Tests;

public sealed class ViewTests
{
    private readonly DemoState _running = new(
        "streaming", TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(65), "up on port 1883", CannedRun.Make(["clean", "fog"], 100, [1, 0], [1, 1]));

    [Fact]
    public void Line_Running_HoldsEveryFigure()
    {
        string line = PlainView.Line(_running);
        Assert.StartsWith("0:35  streaming  fog: 0.0 % -> 100.0 %  overall: 50.0 % -> 100.0 %  uploaded ", line, StringComparison.Ordinal);
        Assert.All(["up ", "down 24.8 kB", "version 2", "swap ", "broker up on port 1883", "queue 0", "100 %, 1:05 left"], part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Line_BeforeTheFirstAnswer_IsOnlyTheStage() =>
        Assert.Equal("0:35  starting", PlainView.Line(_running with { Stage = "starting", Run = null }));

    [Fact]
    public async Task Show_ManyStatesInOneSecond_WritesOneLineAPhaseAndInterval()
    {
        var text = new StringWriter();
        await new PlainView(text).ShowAsync(show =>
        {
            for (int i = 0; i <= 24; i++)
            {
                show(_running with { Elapsed = TimeSpan.FromSeconds(i * 0.25) });
            }

            return Task.CompletedTask;
        });
        Assert.Equal(2, text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Render_LiveTable_ShowsPhasesAndAgents()
    {
        (StringWriter text, IAnsiConsole console) = Terminal();
        _running.Run!.Agents[0].Apply(new StatusReport(false, 12, 200, 3, 4_200_000, 5, 9));
        console.Write(LiveTableView.Render(_running, 24));
        string table = text.ToString();
        Assert.All(["clean", "fog", "Overall", "+50.0", "cam-1", "cam-2", "finished", "4.2 MB", "0:35 gone, about 1:05 left"], part => Assert.Contains(part, table, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(60)]
    public void Render_ManyPhases_FitsTheTerminal(int height)
    {
        (StringWriter text, IAnsiConsole console) = Terminal();
        string[] names = [.. Enumerable.Range(0, 16).Select(i => $"phase {i}")];
        console.Write(LiveTableView.Render(_running with { Run = CannedRun.Make(names, 20, [.. names.Select(_ => 0.5)], [.. names.Select(_ => 0.5)]) }, height));
        string[] lines = text.ToString().TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 20, height - 1);
        Assert.Equal(height > 40 ? 16 : 9, lines.Count(l => l.Contains("phase ", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.Contains("phase 15", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("cam-2", StringComparison.Ordinal));
    }

    [Fact]
    public void Summarize_FailedRun_ShowsReasonsAndFiles()
    {
        var text = new StringWriter();
        DemoResult result = DemoResultTests.Of(CannedRun.Make(["[clean]"], 100, [1], [0]));
        new PlainView(text).Summarize(result, [("Report", "out/report.html")]);
        Assert.DoesNotContain('\e', text.ToString());
        Assert.All(["[clean]", "out/report.html", "Failed: Adaptation did not help", "200 seen"], part => Assert.Contains(part, text.ToString(), StringComparison.Ordinal));
    }

    private static (StringWriter Text, IAnsiConsole Console) Terminal()
    {
        var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 140;
        return (text, console);
    }
}
