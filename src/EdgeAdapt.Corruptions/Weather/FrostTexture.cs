namespace EdgeAdapt.Corruptions;

/// <summary>
/// Ice on a window pane, drawn: the published frost puts crops of five photographs over images, which are not part of this
/// software. Crystals are ridges of warped gradient noise, on patches of thin and thick ice; colour goes from the dark blue
/// of the glass to white. Mean, deviation and spectrum were fitted to what the photographs add.
/// </summary>
internal static class FrostTexture
{
    // The photographs are shrunk to a fifth before a crop is put over a 32² image.
    private const float CifarStep = 5;
    private const float PatchSize = 150;
    private const float CrystalSize = 44;
    private const int CrystalOctaves = 6;
    private const float Ice = 0.235f;
    private const float IceDeviation = 0.16f;
    private const float Cover = 0.29f;
    private const float Crystals = 0.38f;
    private const float Grain = 0.07f;
    private const double TintedPanes = 0.4;

    /// <summary>Values 0 to 255, <c>[H, W, 3]</c>.</summary>
    public static float[] Of(Canvas canvas)
    {
        CorruptionRandom random = canvas.Random;
        var noise = new GradientNoise(random);
        float step = canvas.Scale == CorruptionScale.Cifar ? CifarStep : 1;
        float thickness = Ice + (IceDeviation * random.Normal());
        float tint = random.Uniform() < TintedPanes ? 42 : 8;
        double turn = random.Between(0, Math.PI);
        (float cosine, float sine) = ((float)Math.Cos(turn), (float)Math.Sin(turn));
        float[] ice = new float[canvas.Pixels.Length];
        for (int i = 0; i < canvas.Height * canvas.Width; i++)
        {
            float across = step * (i % canvas.Width), down = step * (i / canvas.Width);

            // Crystals grow along one direction: features are longer that way.
            float along = ((cosine * across) + (sine * down)) * 0.55f, beside = (cosine * down) - (sine * across);
            float cover = noise.Octaves((across / PatchSize) + 5, (down / PatchSize) + 11, 3, 0.5f);
            float warp = noise.Octaves((along / CrystalSize) + 23, (beside / CrystalSize) + 41, 2, 0.5f);
            float crystal = Ridges(noise, (along / CrystalSize) + (0.8f * warp), (beside / CrystalSize) - (0.8f * warp));
            float amount = Math.Clamp(thickness + (Cover * cover) + (Crystals * crystal) + (Grain * random.Normal()), 0, 1);
            ice[3 * i] = 20 + (218 * amount) - (tint * 4 * amount * (1 - amount));
            ice[(3 * i) + 1] = 34 + (206 * amount);
            ice[(3 * i) + 2] = 46 + (202 * amount);
        }

        return ice;
    }

    private static float Ridges(GradientNoise noise, float x, float y)
    {
        float sum = 0, strength = 0.5f;
        for (int octave = 0; octave < CrystalOctaves; octave++)
        {
            float ridge = 1 - Math.Min(1, 2.6f * Math.Abs(noise.At(x, y)));
            sum += strength * ridge;
            (x, y, strength) = ((2.03f * x) + 7, (2.03f * y) + 13, strength * 0.8f);
        }

        return sum;
    }
}
