namespace EdgeAdapt.Datasets;

/// <summary>One colour of a sign.</summary>
/// <param name="Distance">Signed distance to its outline at (x, y); below 0 inside.</param>
/// <param name="Color">Its paint, before light and age.</param>
internal sealed record SignLayer(Func<double, double, double> Distance, SceneColor Color);
