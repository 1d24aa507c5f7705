using System.Globalization;
using System.Xml.Linq;

namespace EdgeAdapt.Plots.Tests;

public sealed class SvgPlotTests
{
    private static readonly Plot Simple = new()
    {
        Title = "A & B",
        XLabel = "x",
        YLabel = "y",
        XEnd = 10,
        Series = [new PlotSeries("rising", "s0", [(0, 0), (10, 100)])],
        YEnd = 100,
    };

    [Fact]
    public void Render_Plot_IsWellFormedAndSpansTheAxes()
    {
        XElement svg = XElement.Parse(SvgPlot.Render(Simple));
        Assert.Equal("A & B", svg.Attribute("aria-label")!.Value);
        (double x0, double y0, double x1, double y1) = Ends(svg);
        Assert.True(x1 - x0 > 700 && y0 - y1 > 200);
    }

    [Fact]
    public void Render_AxisThatStartsAboveZero_DrawsLowerValuesAtItsEdge()
    {
        (_, double atZero, _, _) = Ends(XElement.Parse(SvgPlot.Render(Simple)));
        (_, double below, _, double full) = Ends(XElement.Parse(SvgPlot.Render(Simple with { YStart = 50 })));
        Assert.Equal(atZero, below);
        Assert.True(full < below);
    }

    [Fact]
    public void Render_ManySeries_WrapsTheLegendInsideTheDrawing()
    {
        Plot many = Simple with { Series = [.. Enumerable.Range(0, 20).Select(i => new PlotSeries($"method number {i}", PlotSeries.Numbered(i), [(0, i)]) { Joined = false, Marks = true })] };
        XElement svg = XElement.Parse(SvgPlot.Render(many));
        XElement[] legend = [.. svg.Elements("text").Where(t => t.Attribute("class")!.Value == "legend")];
        Assert.Equal(20, legend.Length);
        Assert.All(legend, t => Assert.InRange(Value(t, "x") + (t.Value.Length * 7), 0, 920));
        Assert.True(legend.Select(t => Value(t, "y")).Distinct().Count() > 1);
        Assert.Equal(40, svg.Elements("circle").Count());
    }

    [Fact]
    public void Render_NamesOfEqualPoints_DoNotCoverEachOther()
    {
        Plot named = Simple with { Series = [.. Enumerable.Range(0, 4).Select(i => new PlotSeries($"m{i}", "s1", [(5, 50)]) { Joined = false, Marks = true, Named = true })] };
        double[] heights = [.. XElement.Parse(SvgPlot.Render(named)).Elements("text").Where(t => t.Attribute("class")!.Value == "name").Select(t => Value(t, "y")).Order()];
        Assert.Equal(4, heights.Length);
        Assert.All(heights.Zip(heights.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 14));
    }

    [Fact]
    public void Render_Categories_AreWrittenInPlaceOfNumbers()
    {
        Plot plot = Simple with { XTicks = [.. Enumerable.Range(0, 10).Select(i => new PlotTick(i, $"elastic_transform_{i}"))] };
        XElement[] ticks = [.. XElement.Parse(SvgPlot.Render(plot)).Elements("text").Where(t => t.Value.StartsWith("elastic", StringComparison.Ordinal))];
        Assert.Equal(10, ticks.Length);
        Assert.All(ticks, t => Assert.Contains("rotate(-35)", t.Attribute("transform")!.Value, StringComparison.Ordinal));
    }

    private static (double X0, double Y0, double X1, double Y1) Ends(XElement svg)
    {
        double[] numbers = [.. svg.Elements("polyline").Single().Attribute("points")!.Value.Split(' ', ',').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static double Value(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
