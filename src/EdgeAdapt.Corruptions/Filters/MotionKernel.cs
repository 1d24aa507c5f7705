namespace EdgeAdapt.Corruptions;

/// <summary>
/// ImageMagick's motion blur: a half Gaussian that trails off in one direction. Width 2·⌈radius⌉ + 1, weights
/// exp(−i²/2σ²) normalised, the i-th read at the pixel nearest to i steps along the angle (clockwise from right on screen).
/// </summary>
internal static class MotionKernel
{
    /// <summary>The kernel as taps.</summary>
    /// <param name="radius">In pixels.</param>
    /// <param name="sigma">In pixels.</param>
    /// <param name="degrees">Direction.</param>
    public static KernelTap[] Of(double radius, double sigma, double degrees)
    {
        int width = (2 * (int)Math.Ceiling(radius)) + 1;
        double[] weights = [.. Enumerable.Range(0, width).Select(i => Math.Exp(-i * i / (2 * sigma * sigma)))];
        double sum = weights.Sum();
        double angle = degrees * Math.PI / 180;
        return
        [
            .. weights.Select((weight, i) => new KernelTap(
                (int)Math.Ceiling((i * Math.Sin(angle)) - 0.5), (int)Math.Ceiling((i * Math.Cos(angle)) - 0.5), (float)(weight / sum))),
        ];
    }
}
