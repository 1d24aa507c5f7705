namespace EdgeAdapt.Corruptions;

/// <summary>A camera that moves while the shutter is open, in a random direction within 45° of horizontal.</summary>
internal sealed class MotionBlur() : Corruption("motion_blur", CorruptionKind.Random)
{
    private const double LargestAngle = 45;
    private static readonly (double Radius, double Sigma)[] Cifar = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)];
    private static readonly (double Radius, double Sigma)[] ImageNet = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)];

    internal override void Distort(Canvas canvas, Span<byte> result) =>
        DistortAt(canvas, canvas.Random.Between(-LargestAngle, LargestAngle), result);

    /// <summary>The same with a given direction, for comparison image by image.</summary>
    internal static void DistortAt(Canvas canvas, double degrees, Span<byte> result)
    {
        (double radius, double sigma) = canvas.Constant<(double, double)>(Cifar, ImageNet);
        float[] values = Array.ConvertAll(canvas.Pixels, p => (float)p);
        float[] blurred = Convolution.Apply(
            values, canvas.Height, canvas.Width, Canvas.Channels, MotionKernel.Of(radius, sigma, degrees), Border.Nearest);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Canvas.Truncate(blurred[i]);
        }
    }
}
