using System.Net;
using System.Text;

namespace EdgeAdapt.Demo.Plots;

/// <summary>
/// Draws plots as SVG elements without any colour of their own: everything is styled by the classes of the page around
/// them, so that one drawing suits light and dark.
/// </summary>
internal static class SvgPlot
{
    private const int Width = 920;
    private const int Height = 340;
    private const int Left = 74;
    private const int Right = 18;
    private const int Top = 44;
    private const int Bottom = 54;
    private const int PlotWidth = Width - Left - Right;
    private const int PlotHeight = Height - Top - Bottom;
    private const double CharacterWidth = 6.4;

    /// <summary>Draws a plot.</summary>
    public static string Render(Plot plot)
    {
        double high = plot.YEnd ?? AxisTicks.Ceiling(0, Math.Max(plot.Series.SelectMany(s => s.Points).Select(p => p.Y).DefaultIfEmpty(0).Max(), 1e-6), 5);
        double X(double value) => Left + (value / plot.XEnd * PlotWidth);
        double Y(double value) => Top + PlotHeight - (value / high * PlotHeight);

        var svg = new StringBuilder();
        svg.Append($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(plot.Title)}\">\n");
        DrawBands(svg, plot.Bands, X);
        DrawAxes(svg, plot, high, X, Y);
        foreach (PlotSeries series in plot.Series.Where(s => s.Points.Count > 0))
        {
            string points = string.Join(' ', series.Points.Select(p => $"{Number(X(p.X))},{Number(Y(Math.Min(p.Y, high)))}"));
            svg.Append($"<polyline class=\"line {series.Style}\" points=\"{points}\"><title>{Text(series.Name)}</title></polyline>\n");
        }

        DrawLegend(svg, plot.Series);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawBands(StringBuilder svg, IReadOnlyList<PlotBand> bands, Func<double, double> x)
    {
        for (int i = 0; i < bands.Count; i++)
        {
            double from = x(bands[i].From), width = x(bands[i].To) - from;
            svg.Append($"<rect class=\"band {(i % 2 == 0 ? "even" : "odd")}\" x=\"{Number(from)}\" y=\"{Top}\" width=\"{Number(width)}\" height=\"{PlotHeight}\"/>\n");
            DrawBandName(svg, bands[i].Name, from, width);
        }
    }

    // Many narrow phases, as with a folder of 15 corruptions, leave no room for level text: then it stands upright.
    private static void DrawBandName(StringBuilder svg, string name, double from, double width)
    {
        double middle = from + (width / 2);
        if (name.Length * CharacterWidth < width - 6)
        {
            svg.Append($"<text class=\"phase\" x=\"{Number(middle)}\" y=\"{Top + 15}\" text-anchor=\"middle\">{Text(name)}</text>\n");
        }
        else
        {
            svg.Append(
                $"<text class=\"phase\" transform=\"translate({Number(middle + 4)} {Top + PlotHeight - 8}) rotate(-90)\">{Text(name)}</text>\n");
        }
    }

    private static void DrawAxes(StringBuilder svg, Plot plot, double high, Func<double, double> x, Func<double, double> y)
    {
        foreach (double tick in AxisTicks.Between(0, high, 5))
        {
            string at = Number(y(tick));
            svg.Append($"<line class=\"{(tick == 0 ? "axis" : "grid")}\" x1=\"{Left}\" x2=\"{Left + PlotWidth}\" y1=\"{at}\" y2=\"{at}\"/>\n");
            svg.Append($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{Number(y(tick) + 4)}\" text-anchor=\"end\">{Text(plot.FormatY(tick))}</text>\n");
        }

        foreach (double tick in AxisTicks.Between(0, plot.XEnd, 10))
        {
            string at = Number(x(tick));
            svg.Append($"<line class=\"axis\" x1=\"{at}\" x2=\"{at}\" y1=\"{Top + PlotHeight}\" y2=\"{Top + PlotHeight + 5}\"/>\n");
            svg.Append($"<text class=\"tick\" x=\"{at}\" y=\"{Top + PlotHeight + 19}\" text-anchor=\"middle\">{Text(tick.ToString("#,0"))}</text>\n");
        }

        svg.Append($"<text class=\"label\" x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Text(plot.XLabel)}</text>\n");
        svg.Append($"<text class=\"label\" transform=\"translate(16 {Top + (PlotHeight / 2)}) rotate(-90)\" text-anchor=\"middle\">{Text(plot.YLabel)}</text>\n");
    }

    private static void DrawLegend(StringBuilder svg, IReadOnlyList<PlotSeries> series)
    {
        double x = Left;
        foreach (PlotSeries one in series)
        {
            svg.Append($"<line class=\"line {one.Style}\" x1=\"{Number(x)}\" x2=\"{Number(x + 24)}\" y1=\"22\" y2=\"22\"/>\n");
            svg.Append($"<text class=\"legend\" x=\"{Number(x + 31)}\" y=\"26\">{Text(one.Name)}</text>\n");
            x += 31 + (one.Name.Length * 7) + 26;
        }
    }

    private static string Number(double value) => value.ToString("0.##");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
