namespace EdgeAdapt.Corruptions;

/// <summary>The affine map of the plane that takes three points to three others.</summary>
internal readonly record struct AffineMap(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    /// <summary>Solves for the map; the three points of <paramref name="from"/> must not lie on one line.</summary>
    public static AffineMap Of(ReadOnlySpan<(double X, double Y)> from, ReadOnlySpan<(double X, double Y)> to)
    {
        (double ax, double ay) = (from[1].X - from[0].X, from[1].Y - from[0].Y);
        (double bx, double by) = (from[2].X - from[0].X, from[2].Y - from[0].Y);
        double determinant = (ax * by) - (bx * ay);
        (double ux, double uy) = (to[1].X - to[0].X, to[1].Y - to[0].Y);
        (double vx, double vy) = (to[2].X - to[0].X, to[2].Y - to[0].Y);
        (double xx, double xy) = (((ux * by) - (vx * ay)) / determinant, ((vx * ax) - (ux * bx)) / determinant);
        (double yx, double yy) = (((uy * by) - (vy * ay)) / determinant, ((vy * ax) - (uy * bx)) / determinant);
        return new AffineMap(
            xx, xy, to[0].X - (xx * from[0].X) - (xy * from[0].Y), yx, yy, to[0].Y - (yx * from[0].X) - (yy * from[0].Y));
    }

    public (double X, double Y) Apply(double x, double y) => ((Xx * x) + (Xy * y) + X0, (Yx * x) + (Yy * y) + Y0);
}
