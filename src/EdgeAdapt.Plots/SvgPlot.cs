using System.Net;
using System.Text;

namespace EdgeAdapt.Plots;

/// <summary>
/// Draws plots as SVG elements without any colour of their own: everything is styled by the classes of the page around
/// them (<see cref="ReportStyle"/>), so that one drawing suits light and dark.
/// </summary>
public static class SvgPlot
{
    private const double CharacterWidth = 6.4;
    private const double MarkRadius = 4.2;

    /// <summary>Draws a plot. Equal plots give equal text.</summary>
    /// <returns>One <c>svg</c> element.</returns>
    public static string Render(Plot plot)
    {
        ArgumentNullException.ThrowIfNull(plot);
        var area = PlotArea.Of(plot);
        var svg = new StringBuilder();
        svg.Append($"<svg viewBox=\"0 0 {PlotArea.FullWidth} {Number(area.FullHeight)}\" role=\"img\" aria-label=\"{Text(plot.Title)}\">\n");
        DrawBands(svg, plot.Bands, area);
        DrawAxes(svg, plot, area);
        foreach (PlotSeries series in plot.Series.Where(s => s.Points.Count > 0))
        {
            DrawSeries(svg, series, area);
        }

        foreach ((PlotSeries series, double x, double y, bool ends) in PlotNames.Place(plot.Series, area))
        {
            svg.Append($"<text class=\"name\" x=\"{Number(x)}\" y=\"{Number(y)}\"{(ends ? " text-anchor=\"end\"" : string.Empty)}>{Text(series.Name)}</text>\n");
        }

        DrawLegend(svg, area);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawSeries(StringBuilder svg, PlotSeries series, PlotArea area)
    {
        if (series.Joined)
        {
            string points = string.Join(' ', series.Points.Select(p => $"{Number(area.X(p.X))},{Number(area.Y(p.Y))}"));
            svg.Append($"<polyline class=\"line {series.Style}\" points=\"{points}\"><title>{Text(series.Name)}</title></polyline>\n");
        }

        if (series.Marks)
        {
            foreach ((double x, double y) in series.Points)
            {
                svg.Append($"<circle class=\"mark {series.Style}\" cx=\"{Number(area.X(x))}\" cy=\"{Number(area.Y(y))}\" r=\"{Number(MarkRadius)}\"><title>{Text(series.Name)}</title></circle>\n");
            }
        }
    }

    private static void DrawBands(StringBuilder svg, IReadOnlyList<PlotBand> bands, PlotArea area)
    {
        for (int i = 0; i < bands.Count; i++)
        {
            double from = area.X(bands[i].From), width = area.X(bands[i].To) - from;
            svg.Append($"<rect class=\"band {(i % 2 == 0 ? "even" : "odd")}\" x=\"{Number(from)}\" y=\"{Number(area.Top)}\" width=\"{Number(width)}\" height=\"{PlotArea.Height}\"/>\n");
            string place = area.SlantedBands
                ? $"transform=\"translate({Number(from + (width / 2))} {Number(area.Top - 5)}) rotate(-35)\""
                : $"x=\"{Number(from + (width / 2))}\" y=\"{Number(area.Top - 6)}\" text-anchor=\"middle\"";
            svg.Append($"<text class=\"phase\" {place}>{Text(bands[i].Name)}</text>\n");
        }
    }

    private static void DrawAxes(StringBuilder svg, Plot plot, PlotArea area)
    {
        foreach (double tick in AxisTicks.Between(area.Low, area.High, 5, plot.WholeY))
        {
            string at = Number(area.Y(tick));
            svg.Append($"<line class=\"{(tick == area.Low ? "axis" : "grid")}\" x1=\"{PlotArea.Left}\" x2=\"{Number(PlotArea.Left + area.Width)}\" y1=\"{at}\" y2=\"{at}\"/>\n");
            svg.Append($"<text class=\"tick\" x=\"{PlotArea.Left - 8}\" y=\"{Number(area.Y(tick) + 4)}\" text-anchor=\"end\">{Text(plot.FormatY(tick))}</text>\n");
        }

        IReadOnlyList<PlotTick> ticks = plot.XTicks.Count > 0
            ? plot.XTicks
            : [.. AxisTicks.Between(plot.XStart, plot.XEnd, 10).Select(x => new PlotTick(x, plot.FormatX(x)))];
        foreach (PlotTick tick in ticks)
        {
            string at = Number(area.X(tick.At));
            svg.Append($"<line class=\"axis\" x1=\"{at}\" x2=\"{at}\" y1=\"{Number(area.Bottom)}\" y2=\"{Number(area.Bottom + 5)}\"/>\n");
            string place = area.SlantedTicks
                ? $"transform=\"translate({Number(area.X(tick.At) + 4)} {Number(area.Bottom + 16)}) rotate(-35)\" text-anchor=\"end\""
                : $"x=\"{at}\" y=\"{Number(area.Bottom + 19)}\" text-anchor=\"middle\"";
            svg.Append($"<text class=\"tick\" {place}>{Text(tick.Name)}</text>\n");
        }

        svg.Append($"<text class=\"label\" x=\"{Number(PlotArea.Left + (area.Width / 2))}\" y=\"{Number(area.FullHeight - 10)}\" text-anchor=\"middle\">{Text(plot.XLabel)}</text>\n");
        svg.Append($"<text class=\"label\" transform=\"translate(16 {Number(area.Top + (PlotArea.Height / 2))}) rotate(-90)\" text-anchor=\"middle\">{Text(plot.YLabel)}</text>\n");
    }

    private static void DrawLegend(StringBuilder svg, PlotArea area)
    {
        foreach ((PlotSeries one, double x, double y) in area.Legend)
        {
            if (one.Joined)
            {
                svg.Append($"<line class=\"line {one.Style}\" x1=\"{Number(x)}\" x2=\"{Number(x + 24)}\" y1=\"{Number(y)}\" y2=\"{Number(y)}\"/>\n");
            }

            if (one.Marks)
            {
                svg.Append($"<circle class=\"mark {one.Style}\" cx=\"{Number(x + 12)}\" cy=\"{Number(y)}\" r=\"{Number(MarkRadius)}\"/>\n");
            }

            svg.Append($"<text class=\"legend\" x=\"{Number(x + 31)}\" y=\"{Number(y + 4)}\">{Text(one.Name)}</text>\n");
        }
    }

    /// <summary>The width of a text in pixels, roughly.</summary>
    internal static double WidthOf(string text) => text.Length * CharacterWidth;

    private static string Number(double value) => value.ToString("0.##");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
