namespace EdgeAdapt.Plots;

/// <summary>A line in a plot, or points.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Style">
/// The style class that colours it: <c>adapted</c>, <c>source</c>, <c>first</c>, <c>second</c>, or one out of <see cref="Numbered"/>.
/// </param>
/// <param name="Points">Its corners, x ascending.</param>
public sealed record PlotSeries(string Name, string Style, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Colours that <see cref="Numbered"/> tells apart.</summary>
    public const int Styles = 12;

    /// <summary>Whether each point is marked by a disc.</summary>
    public bool Marks { get; init; }

    /// <summary>Whether the points are joined by a line.</summary>
    public bool Joined { get; init; } = true;

    /// <summary>Whether the last point carries the series' name.</summary>
    public bool Named { get; init; }

    /// <summary>The style class of the i-th series of many; after <see cref="Styles"/> they repeat.</summary>
    public static string Numbered(int i) => $"s{i % Styles}";
}
