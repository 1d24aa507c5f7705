namespace EdgeAdapt.Plots;

/// <summary>Places the names of series beside their last points, so that none covers another.</summary>
internal static class PlotNames
{
    private const double LineHeight = 14;
    private const double Gap = 8;

    public static IEnumerable<(PlotSeries Series, double X, double Y, bool Ends)> Place(IReadOnlyList<PlotSeries> series, PlotArea area)
    {
        var taken = new List<(double Left, double Right, double Y)>();
        foreach (PlotSeries one in series.Where(s => s.Named && s.Points.Count > 0).OrderBy(s => -s.Points[^1].Y))
        {
            (double px, double py) = one.Points[^1];
            double width = SvgPlot.WidthOf(one.Name);
            bool fits = area.X(px) + Gap + width <= PlotArea.FullWidth - 4;
            double left = fits ? area.X(px) + Gap : area.X(px) - Gap - width;
            double y = area.Y(py) + 4;
            while (taken.Any(t => t.Left < left + width && left < t.Right && Math.Abs(t.Y - y) < LineHeight))
            {
                y += LineHeight / 2;
            }

            taken.Add((left, left + width, y));
            yield return (one, fits ? left : left + width, y, !fits);
        }
    }
}
