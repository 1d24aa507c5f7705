namespace EdgeAdapt.Corruptions;

/// <summary>Other saturation: nearly grey in severities 1 and 2, garish from 3 on.</summary>
internal sealed class Saturate() : Corruption("saturate", CorruptionKind.Deterministic)
{
    private static readonly (float Factor, float Offset)[] Cifar = [(0.3f, 0), (0.1f, 0), (1.5f, 0), (2, 0.1f), (2.5f, 0.2f)];
    private static readonly (float Factor, float Offset)[] ImageNet = [(0.3f, 0), (0.1f, 0), (2, 0), (5, 0.1f), (20, 0.2f)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (float factor, float offset) = canvas.Constant<(float, float)>(Cifar, ImageNet);
        float[] values = canvas.ToUnit();
        Hsv.Change(values, color => color with { Saturation = Math.Clamp((color.Saturation * factor) + offset, 0, 1) });
        Canvas.Store(values, result);
    }
}
