namespace EdgeAdapt.Corruptions;

/// <summary>Ice on the window or lens, added to the darkened image. The ice is drawn: see <see cref="FrostTexture"/>.</summary>
internal sealed class Frost() : Corruption("frost", CorruptionKind.Random)
{
    private static readonly (float Image, float Ice)[] Cifar = [(1, 0.2f), (1, 0.3f), (0.9f, 0.4f), (0.85f, 0.4f), (0.75f, 0.45f)];
    private static readonly (float Image, float Ice)[] ImageNet = [(1, 0.4f), (0.8f, 0.6f), (0.7f, 0.7f), (0.65f, 0.7f), (0.6f, 0.75f)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (float image, float ice) = canvas.Constant<(float, float)>(Cifar, ImageNet);
        float[] texture = FrostTexture.Of(canvas);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Canvas.Truncate((image * canvas.Pixels[i]) + (ice * texture[i]));
        }
    }
}
