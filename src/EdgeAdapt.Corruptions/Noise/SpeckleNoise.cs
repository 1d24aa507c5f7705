namespace EdgeAdapt.Corruptions;

/// <summary>Normal noise whose deviation is proportional to the value.</summary>
internal sealed class SpeckleNoise() : Corruption("speckle_noise", CorruptionKind.Random)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        float deviation = canvas.Constant<float>([0.06f, 0.1f, 0.12f, 0.16f, 0.2f], [0.15f, 0.2f, 0.35f, 0.45f, 0.6f]);
        float[] values = canvas.ToUnit();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += values[i] * deviation * canvas.Random.Normal();
        }

        Canvas.Store(values, result);
    }
}
