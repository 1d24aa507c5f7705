namespace EdgeAdapt.Corruptions;

/// <summary>Too few pixels: made smaller, then larger again, by box means both times.</summary>
internal sealed class Pixelate() : Corruption("pixelate", CorruptionKind.Deterministic)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        double factor = canvas.Constant<double>([0.95, 0.9, 0.85, 0.75, 0.65], [0.6, 0.5, 0.4, 0.3, 0.25]);
        (int height, int width) = ((int)(canvas.Height * factor), (int)(canvas.Width * factor));
        byte[] small = BoxResize.Apply(canvas.Pixels, canvas.Height, canvas.Width, height, width);
        BoxResize.Apply(small, height, width, canvas.Height, canvas.Width).CopyTo(result);
    }
}
