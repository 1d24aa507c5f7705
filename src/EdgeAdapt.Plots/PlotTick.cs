namespace EdgeAdapt.Plots;

/// <summary>A named place on an axis.</summary>
/// <param name="At">Its value.</param>
/// <param name="Name">What is written there.</param>
public sealed record PlotTick(double At, string Name);
