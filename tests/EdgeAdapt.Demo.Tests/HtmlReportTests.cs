using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Tests;

public sealed partial class HtmlReportTests
{
    [Fact]
    public void Render_GoodRun_IsOneWellFormedPageWithoutOutsideResources()
    {
        string page = Page(CannedRun.Make(CannedRun.PhaseNames, 300, [0.93, 0.5, 0.42, 0.6, 0.48, 0.93], [0.93, 0.78, 0.7, 0.75, 0.74, 0.93]));
        Assert.Empty(OutsideResource().Matches(page));

        XDocument html = Parse(page);
        Assert.Equal(4, html.Descendants("svg").Count());
        Assert.Contains("Adaptation raised accuracy from", html.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.All(CannedRun.PhaseNames, name => Assert.Equal(4, html.Descendants("text").Count(t => t.Value == name)));
    }

    [Fact]
    public void Render_AccuracyPlot_LinesStayInsideTheAxes()
    {
        XDocument html = Parse(Page(CannedRun.Make(["clean", "fog"], 120, [0.9, 0.4], [0.9, 1])));
        XElement[] lines = [.. html.Descendants("svg").First().Descendants("polyline")];
        Assert.Equal(2, lines.Length);
        foreach (string point in lines.SelectMany(l => l.Attribute("points")!.Value.Split(' ')))
        {
            double[] xy = [.. point.Split(',').Select(double.Parse)];
            Assert.InRange(xy[0], 74, 902);
            Assert.InRange(xy[1], 52, 294);
        }
    }

    [Fact]
    public void Render_FailedRunWithMarkupInAReason_EscapesIt()
    {
        RunRecord run = new([new DemoPhase("a<b", 0, 1)], [new AgentRecord("cam-1", [0])]);
        string page = HtmlReport.Render(run, DemoResultTests.Of(run, "The broker said <script>."));
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Failed", Parse(page).Descendants("span").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_FifteenCorruptions_SlantsAllNames()
    {
        string[] names = [.. EdgeAdapt.Datasets.CorruptionFolder.StandardOrder, "clean"];
        RunRecord run = CannedRun.Make(names, 120, [.. names.Select((_, i) => 0.2 + i * 0.03)], [.. names.Select((_, i) => 0.55 + i % 4 * 0.05)]);
        string page = Page(run);
        XElement plot = Parse(page).Descendants("svg").First();
        Assert.Equal(16, plot.Descendants("rect").Count());
        Assert.Equal(16, plot.Descendants("text").Count(t => t.Attribute("transform")?.Value.EndsWith("rotate(-35)", StringComparison.Ordinal) == true));
    }

    private static string Page(RunRecord run) => HtmlReport.Render(run, DemoResultTests.Of(run));

    // The page is written so that an XML reader accepts it once the two unclosed elements of its head are gone.
    private static XDocument Parse(string page) => XDocument.Parse(MetaElement().Replace(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), ""));

    [GeneratedRegex("<meta[^>]*>")]
    private static partial Regex MetaElement();

    [GeneratedRegex("(src|href)=|url\\(|@import|<script|<link|https?://")]
    private static partial Regex OutsideResource();
}
