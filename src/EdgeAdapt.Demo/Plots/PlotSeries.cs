namespace EdgeAdapt.Demo.Plots;

/// <summary>A line in a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Style">The style class that colours it: <c>adapted</c>, <c>source</c>, <c>first</c> or <c>second</c>.</param>
/// <param name="Points">Its corners, x ascending.</param>
internal sealed record PlotSeries(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);
