namespace EdgeAdapt.Corruptions;

/// <summary>A random affine map, then random displacements that are smooth over a few pixels.</summary>
internal sealed class ElasticTransform() : Corruption("elastic_transform", CorruptionKind.Random)
{
    private const double Truncate = 3;

    // In shares of the side. ImageNet-C multiplies by 244, a slip of the original for 224 that its published images carry.
    private static readonly (double Strength, double Sigma, double Affine)[] Cifar =
        [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)];

    private static readonly (double Strength, double Sigma, double Affine)[] ImageNet =
        [(2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (double strength, double sigma, double affine) = canvas.Constant<(double, double, double)>(Cifar, ImageNet);
        double side = Math.Min(canvas.Height, canvas.Width) * (canvas.Scale == CorruptionScale.ImageNet ? 244.0 / 224 : 1);
        float[] turned = Affine(canvas, affine * side);
        float[] down = Displacement(canvas, strength * side, sigma * side), right = Displacement(canvas, strength * side, sigma * side);
        float[] values = new float[turned.Length];
        for (int i = 0; i < down.Length; i++)
        {
            BilinearSample.Read(
                turned, canvas.Height, canvas.Width, (i / canvas.Width) + down[i], (i % canvas.Width) + right[i], Border.Reflect,
                values.AsSpan(i * Canvas.Channels, Canvas.Channels));
        }

        Canvas.Store(values, result);
    }

    private static float[] Affine(Canvas canvas, double reach)
    {
        double x = canvas.Width / 2, y = canvas.Height / 2, third = Math.Min(canvas.Height, canvas.Width) / 3;
        (double X, double Y)[] corners = [(x + third, y + third), (x + third, y - third), (x - third, y - third)];
        (double X, double Y)[] moved = Array.ConvertAll(
            corners, p => (p.X + canvas.Random.Between(-reach, reach), p.Y + canvas.Random.Between(-reach, reach)));
        AffineMap back = AffineMap.Of(moved, corners);
        float[] source = canvas.ToUnit();
        float[] result = new float[source.Length];
        for (int i = 0; i < result.Length / Canvas.Channels; i++)
        {
            (double fromX, double fromY) = back.Apply(i % canvas.Width, i / canvas.Width);
            BilinearSample.Read(
                source, canvas.Height, canvas.Width, fromY, fromX, Border.Reflect101, result.AsSpan(i * Canvas.Channels, Canvas.Channels));
        }

        return result;
    }

    private static float[] Displacement(Canvas canvas, double strength, double sigma)
    {
        float[] field = new float[canvas.Height * canvas.Width];
        for (int i = 0; i < field.Length; i++)
        {
            field[i] = (float)canvas.Random.Between(-strength, strength);
        }

        Smoothing.Apply(field, canvas.Height, canvas.Width, 1, sigma, Truncate, Border.Reflect);
        return field;
    }
}
