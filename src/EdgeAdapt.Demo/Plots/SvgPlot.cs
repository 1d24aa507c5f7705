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
    private const int Left = 74;
    private const int PlotHeight = 242;
    private const int Bottom = 54;
    private const int LegendHeight = 36;
    private const int NameHeight = 16;
    private const double CharacterWidth = 6.4;
    private const double Slant = 35 * Math.PI / 180;

    /// <summary>Draws a plot.</summary>
    public static string Render(Plot plot)
    {
        double highest = plot.Series.SelectMany(s => s.Points).Select(p => p.Y).DefaultIfEmpty(0).Max();
        double high = plot.YEnd ?? AxisTicks.Ceiling(0, Math.Max(highest, plot.WholeY ? 1 : 1e-6), 5, plot.WholeY);
        Area area = Arrange(plot, high);
        var svg = new StringBuilder();
        svg.Append($"<svg viewBox=\"0 0 {Width} {Number(area.Bottom + Bottom)}\" role=\"img\" aria-label=\"{Text(plot.Title)}\">\n");
        DrawBands(svg, plot.Bands, area);
        DrawAxes(svg, plot, area);
        foreach (PlotSeries series in plot.Series.Where(s => s.Points.Count > 0))
        {
            string points = string.Join(' ', series.Points.Select(p => $"{Number(area.X(p.X))},{Number(area.Y(Math.Min(p.Y, high)))}"));
            svg.Append($"<polyline class=\"line {series.Style}\" points=\"{points}\"><title>{Text(series.Name)}</title></polyline>\n");
        }

        DrawLegend(svg, plot.Series);
        return svg.Append("</svg>\n").ToString();
    }

    // Many narrow phases, as with a folder of 15 corruptions, leave no room for level names: then all stand slanted above the plot.
    private static Area Arrange(Plot plot, double high)
    {
        bool fits = plot.Bands.All(b => b.Name.Length * CharacterWidth < ((b.To - b.From) / plot.XEnd * (Width - Left - 18)) - 6);
        double longest = fits ? 0 : plot.Bands.Max(b => b.Name.Length) * CharacterWidth;
        double room = longest == 0 ? 0 : plot.Bands[^1].Name.Length * CharacterWidth * Math.Cos(Slant);
        return new Area(LegendHeight + NameHeight + (longest * Math.Sin(Slant)), Width - Left - Math.Max(18, room), plot.XEnd, high, !fits);
    }

    private static void DrawBands(StringBuilder svg, IReadOnlyList<PlotBand> bands, Area area)
    {
        for (int i = 0; i < bands.Count; i++)
        {
            double from = area.X(bands[i].From), width = area.X(bands[i].To) - from;
            svg.Append($"<rect class=\"band {(i % 2 == 0 ? "even" : "odd")}\" x=\"{Number(from)}\" y=\"{Number(area.Top)}\" width=\"{Number(width)}\" height=\"{PlotHeight}\"/>\n");
            string place = area.Slanted
                ? $"transform=\"translate({Number(from + (width / 2))} {Number(area.Top - 5)}) rotate(-35)\""
                : $"x=\"{Number(from + (width / 2))}\" y=\"{Number(area.Top - 6)}\" text-anchor=\"middle\"";
            svg.Append($"<text class=\"phase\" {place}>{Text(bands[i].Name)}</text>\n");
        }
    }

    private static void DrawAxes(StringBuilder svg, Plot plot, Area area)
    {
        foreach (double tick in AxisTicks.Between(0, area.High, 5, plot.WholeY))
        {
            string at = Number(area.Y(tick));
            svg.Append($"<line class=\"{(tick == 0 ? "axis" : "grid")}\" x1=\"{Left}\" x2=\"{Number(Left + area.Width)}\" y1=\"{at}\" y2=\"{at}\"/>\n");
            svg.Append($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{Number(area.Y(tick) + 4)}\" text-anchor=\"end\">{Text(plot.FormatY(tick))}</text>\n");
        }

        foreach (double tick in AxisTicks.Between(0, plot.XEnd, 10))
        {
            string at = Number(area.X(tick));
            svg.Append($"<line class=\"axis\" x1=\"{at}\" x2=\"{at}\" y1=\"{Number(area.Bottom)}\" y2=\"{Number(area.Bottom + 5)}\"/>\n");
            svg.Append($"<text class=\"tick\" x=\"{at}\" y=\"{Number(area.Bottom + 19)}\" text-anchor=\"middle\">{Text(tick.ToString("#,0"))}</text>\n");
        }

        svg.Append($"<text class=\"label\" x=\"{Number(Left + (area.Width / 2))}\" y=\"{Number(area.Bottom + 44)}\" text-anchor=\"middle\">{Text(plot.XLabel)}</text>\n");
        svg.Append($"<text class=\"label\" transform=\"translate(16 {Number(area.Top + (PlotHeight / 2))}) rotate(-90)\" text-anchor=\"middle\">{Text(plot.YLabel)}</text>\n");
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

    /// <summary>Where the axes lie, and what they span.</summary>
    private sealed record Area(double Top, double Width, double XEnd, double High, bool Slanted)
    {
        public double Bottom => Top + PlotHeight;

        public double X(double value) => Left + (value / XEnd * Width);

        public double Y(double value) => Bottom - (value / High * PlotHeight);
    }
}
