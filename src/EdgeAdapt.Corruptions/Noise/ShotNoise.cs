namespace EdgeAdapt.Corruptions;

/// <summary>Poisson noise: every value is a number of photons, c of them at full white.</summary>
internal sealed class ShotNoise() : Corruption("shot_noise", CorruptionKind.Random)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        int photons = canvas.Constant<int>([500, 250, 100, 75, 50], [60, 25, 12, 5, 3]);
        PoissonTable table = PoissonTable.Of(photons);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Canvas.Truncate(table.Draw(canvas.Pixels[i], canvas.Random.Uniform()) * 255f / photons);
        }
    }
}
