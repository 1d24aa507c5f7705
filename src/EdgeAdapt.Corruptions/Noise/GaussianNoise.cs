namespace EdgeAdapt.Corruptions;

/// <summary>Normal noise of one deviation for every value, as of a sensor in low light.</summary>
internal sealed class GaussianNoise() : Corruption("gaussian_noise", CorruptionKind.Random)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        float deviation = canvas.Constant<float>([0.04f, 0.06f, 0.08f, 0.09f, 0.10f], [0.08f, 0.12f, 0.18f, 0.26f, 0.38f]);
        float[] values = canvas.ToUnit();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += deviation * canvas.Random.Normal();
        }

        Canvas.Store(values, result);
    }
}
