namespace EdgeAdapt.Corruptions;

/// <summary>Moving quickly towards a thing: the mean of the image and of ever larger zooms into its centre.</summary>
internal sealed class ZoomBlur() : Corruption("zoom_blur", CorruptionKind.Deterministic)
{
    private static readonly (double End, double Step)[] Cifar = [(1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01)];
    private static readonly (double End, double Step)[] ImageNet = [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (double end, double step) = canvas.Constant<(double, double)>(Cifar, ImageNet);

        // NumPy's arange: its length, and every value, are subject to the same rounding here as there.
        int zooms = (int)Math.Ceiling((end - 1) / step);
        double increment = 1 + step - 1;
        float[] values = canvas.ToUnit();
        float[] sum = [.. values];
        float[] zoomed = new float[values.Length];
        for (int i = 0; i < zooms; i++)
        {
            CentreZoom.Apply(values, canvas.Height, canvas.Width, Canvas.Channels, 1 + (i * increment), zoomed);
            Rows.Add(zoomed, 1, sum);
        }

        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] /= zooms + 1;
        }

        Canvas.Store(sum, result);
    }
}
