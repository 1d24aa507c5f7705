namespace EdgeAdapt.Corruptions;

/// <summary>Salt and pepper: a share of the values, each channel on its own, becomes 0 or 255 with equal chance.</summary>
internal sealed class ImpulseNoise() : Corruption("impulse_noise", CorruptionKind.Random)
{
    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        double share = canvas.Constant<double>([0.01, 0.02, 0.03, 0.05, 0.07], [0.03, 0.06, 0.09, 0.17, 0.27]);
        for (int i = 0; i < result.Length; i++)
        {
            double draw = canvas.Random.Uniform();
            result[i] = draw >= share ? canvas.Pixels[i] : draw < share / 2 ? (byte)0 : (byte)255;
        }
    }
}
