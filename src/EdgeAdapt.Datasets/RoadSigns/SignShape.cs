namespace EdgeAdapt.Datasets;

/// <summary>
/// Signed distances (or bounds of them) to the outlines that signs are made of; below 0 inside. The sign's centre is the
/// origin, x to the right, y up, and its outer radius about 1.
/// </summary>
internal static class SignShape
{
    private const double HalfSqrt3 = 0.8660254037844386;
    private const double HalfSqrt2 = 0.7071067811865476;

    public static double Disc(double x, double y, double radius) => Math.Sqrt((x * x) + (y * y)) - radius;

    public static double Octagon(double x, double y, double radius)
    {
        double a = Math.Abs(x);
        double b = Math.Abs(y);
        return Math.Max(Math.Max(a, b), (a + b) * HalfSqrt2) - radius;
    }

    public static double Diamond(double x, double y, double radius) => ((Math.Abs(x) + Math.Abs(y)) - radius) * HalfSqrt2;

    public static double Box(double x, double y, double halfWidth, double halfHeight) =>
        Math.Max(Math.Abs(x) - halfWidth, Math.Abs(y) - halfHeight);

    /// <summary>Point upwards, inner circle of the given radius around the origin.</summary>
    public static double Triangle(double x, double y, double innerRadius) =>
        Math.Max(-y, (HalfSqrt3 * Math.Abs(x)) + (0.5 * y)) - innerRadius;

    /// <summary>A line with round ends from (x0, y0) to (x1, y1).</summary>
    public static double Stroke(double x, double y, double x0, double y0, double x1, double y1, double halfWidth)
    {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double t = Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
        return Disc(x - x0 - (t * dx), y - y0 - (t * dy), halfWidth);
    }
}
