namespace EdgeAdapt.Corruptions;

/// <summary>A bright cloud in front of the image; the sum is scaled back to the image's own brightest value.</summary>
internal sealed class Fog() : Corruption("fog", CorruptionKind.Random)
{
    private static readonly (float Thickness, double Decay)[] Cifar = [(0.2f, 3), (0.5f, 3), (0.75f, 2.5), (1, 2), (1.5f, 1.75)];
    private static readonly (float Thickness, double Decay)[] ImageNet = [(1.5f, 2), (2, 2), (2.5f, 1.7), (2.5f, 1.5), (3, 1.4)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (float thickness, double decay) = canvas.Constant<(float, double)>(Cifar, ImageNet);
        float[] cloud = PlasmaFractal.Of(canvas.Height, canvas.Width, decay, canvas.Random);
        float[] values = canvas.ToUnit();
        float brightest = values.Max();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] + (thickness * cloud[i / Canvas.Channels])) * brightest / (brightest + thickness);
        }

        Canvas.Store(values, result);
    }
}
