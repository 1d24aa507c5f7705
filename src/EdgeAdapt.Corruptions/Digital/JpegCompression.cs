namespace EdgeAdapt.Corruptions;

/// <summary>Baseline JPEG at a low quality, as Pillow writes it: Annex K tables, chroma at half size.</summary>
internal sealed class JpegCompression() : Corruption("jpeg_compression", CorruptionKind.Deterministic)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        int quality = canvas.Constant<int>([80, 65, 58, 50, 40], [25, 18, 15, 10, 7]);
        JpegRoundTrip.Apply(canvas.Pixels, canvas.Height, canvas.Width, quality, result);
    }
}
