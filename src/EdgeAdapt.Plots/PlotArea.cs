namespace EdgeAdapt.Plots;

/// <summary>Where the axes of a plot lie, and what they span.</summary>
internal sealed class PlotArea
{
    public const int FullWidth = 920;
    public const int Left = 74;
    public const int Height = 242;
    private const int LegendRow = 22;
    private const int LegendHeight = 36;
    private const int NameHeight = 16;
    private const int AxisHeight = 54;
    private const int Margin = 18;
    private const double Slant = 35 * Math.PI / 180;

    private readonly double _xStart;
    private readonly double _xEnd;

    private PlotArea(Plot plot, IReadOnlyList<(PlotSeries, double, double)> legend, double top, double width, double below)
    {
        (_xStart, _xEnd, Legend, Top, Width) = (plot.XStart, plot.XEnd, legend, top, width);
        Low = plot.YStart;
        double highest = plot.Series.SelectMany(s => s.Points).Select(p => p.Y).Where(double.IsFinite).DefaultIfEmpty(Low).Max();
        High = plot.YEnd ?? AxisTicks.Ceiling(Low, Math.Max(highest, Low + (plot.WholeY ? 1 : 1e-6)), 5, plot.WholeY);
        FullHeight = Bottom + AxisHeight + below;
    }

    public double Top { get; }

    public double Width { get; }

    public double Low { get; }

    public double High { get; }

    public double FullHeight { get; }

    public bool SlantedBands { get; private init; }

    public bool SlantedTicks { get; private init; }

    /// <summary>Each series with the place of its sample in the legend.</summary>
    public IReadOnlyList<(PlotSeries Series, double X, double Y)> Legend { get; }

    public double Bottom => Top + Height;

    public static PlotArea Of(Plot plot)
    {
        IReadOnlyList<(PlotSeries, double, double Y)> legend = Arrange(plot.Series);
        double legendEnd = legend.Count == 0 ? LegendHeight : legend[^1].Y - LegendRow + LegendHeight;

        // Many narrow phases, as with a folder of 15 corruptions, leave no room for level names: then all stand slanted above the plot.
        double range = plot.XEnd - plot.XStart;
        bool slanted = plot.Bands.Any(b => SvgPlot.WidthOf(b.Name) >= ((b.To - b.From) / range * (FullWidth - Left - Margin)) - 6);
        double longest = slanted ? plot.Bands.Max(b => SvgPlot.WidthOf(b.Name)) : 0;
        double room = slanted ? SvgPlot.WidthOf(plot.Bands[^1].Name) * Math.Cos(Slant) : 0;
        double tick = plot.XTicks.Select(t => SvgPlot.WidthOf(t.Name)).DefaultIfEmpty(0).Max();
        bool slantedTicks = tick >= ((FullWidth - Left - Margin) / Math.Max(plot.XTicks.Count, 1)) - 6;
        return new PlotArea(
            plot, legend, legendEnd + NameHeight + (longest * Math.Sin(Slant)), FullWidth - Left - Math.Max(Margin, room), slantedTicks ? tick * Math.Sin(Slant) : 0)
        {
            SlantedBands = slanted,
            SlantedTicks = slantedTicks,
        };
    }

    public double X(double value) => Left + ((value - _xStart) / (_xEnd - _xStart) * Width);

    public double Y(double value) => Bottom - ((Math.Clamp(value, Low, High) - Low) / (High - Low) * Height);

    private static List<(PlotSeries, double, double)> Arrange(IReadOnlyList<PlotSeries> series)
    {
        var placed = new List<(PlotSeries, double, double)>();
        double x = Left, y = LegendRow;
        foreach (PlotSeries one in series)
        {
            double width = 31 + (one.Name.Length * 7) + 26;
            if (x > Left && x + width > FullWidth)
            {
                (x, y) = (Left, y + LegendRow);
            }

            placed.Add((one, x, y));
            x += width;
        }

        return placed;
    }
}
