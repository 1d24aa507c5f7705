namespace EdgeAdapt.Plots;

/// <summary>A named stretch of the x axis, shaded.</summary>
/// <param name="Name">Written at the top of the stretch.</param>
/// <param name="From">Where it starts.</param>
/// <param name="To">Where it ends.</param>
public sealed record PlotBand(string Name, double From, double To);
