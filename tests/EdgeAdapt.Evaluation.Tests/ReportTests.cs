namespace EdgeAdapt.Evaluation.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Mark_Summaries_FindsTheFrontOfEachGroup()
    {
        IReadOnlyList<EvaluationSummary> marked = ParetoFront.Mark(
        [
            Summary("none", 0.5, 0), Summary("good", 0.7, 100), Summary("worse", 0.6, 100), Summary("dear", 0.7, 200), Summary("best", 0.8, 300),
            Summary("alone", 0.1, 900) with { Batch = 1 },
        ]);
        Assert.Equal(["none", "good", "best", "alone"], marked.Where(s => s.OnFront).Select(s => s.Method));
    }

    [Fact]
    public void Html_Report_HasItsPlotsAndNeedsNothingElse()
    {
        EvaluationReport report = _data.Run(new EvaluationOptions
        {
            Methods = ["source", "statistics", "tent"], Batches = [16], Protocols = [EvaluationProtocol.Reset, EvaluationProtocol.Continual],
        });
        string html = HtmlReport.Render(report);
        Assert.Equal(5, html.Split("<svg ").Length - 1);
        Assert.Contains("Accuracy over time", html, StringComparison.Ordinal);
        Assert.Contains("Overview", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.Contains("protocol reset, batches of 16", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Markdown_Report_HasARowForEachCondition()
    {
        EvaluationReport report = _data.Run(new EvaluationOptions { Methods = ["source", "tent"], Batches = [16] });
        string[] table = [.. MarkdownReport.Render(report).Split('\n').Where(l => l.StartsWith('|'))];
        Assert.All(table, l => Assert.Equal(4, l.Count(c => c == '|')));
        Assert.Equal(2 + 3 + 5, table.Length);
        Assert.Contains($"| dark | {100 * report.Rows[0].Accuracy:F2} (0.0) |", table[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_DelaysAndProtocols_HaveACellEach()
    {
        EvaluationReport report = _data.Run(new EvaluationOptions
        {
            Methods = ["source", "cema"], Batches = [16], Delays = [0, 2], Protocols = [EvaluationProtocol.Reset, EvaluationProtocol.NoShift],
        });
        ReportOverview overview = ReportOverview.Of(report);
        Assert.Equal(["source", "cema", "cema, delay 2"], overview.Methods);
        Assert.Equal(["reset, batches of 16", "noshift, batches of 16"], overview.Rows.Select(r => r.Title));
        Assert.Equal(report.Rows.Last(r => r.Method == "cema").Accuracy, overview.Rows[1].Cells[2]!.Compared);
    }

    private static EvaluationSummary Summary(string method, double accuracy, double bytes) =>
        new(method, 1, accuracy, 0, null, 0, 0, 0, EvaluationProtocol.Reset, 64, 0, 1, null, accuracy, 0, bytes, false);
}
