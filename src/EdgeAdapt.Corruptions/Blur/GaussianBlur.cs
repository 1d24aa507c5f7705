namespace EdgeAdapt.Corruptions;

/// <summary>Gaussian smoothing, cut off at four deviations.</summary>
internal sealed class GaussianBlur() : Corruption("gaussian_blur", CorruptionKind.Deterministic)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        double sigma = canvas.Constant<double>([0.4, 0.6, 0.7, 0.8, 1], [1, 2, 3, 4, 6]);
        float[] values = canvas.ToUnit();
        Smoothing.Apply(values, canvas.Height, canvas.Width, Canvas.Channels, sigma);
        Canvas.Store(values, result);
    }
}
