namespace EdgeAdapt.Corruptions;

/// <summary>
/// A cloud by the diamond-square algorithm (Fournier, Fussell and Carpenter, 1982) on a torus, stretched to 0 … 1 over the
/// whole map. The random part of a step is uniform within ± wibble², with wibble 100 at first and divided by the decay at every step.
/// </summary>
internal static class PlasmaFractal
{
    private const double FirstWibble = 100;

    /// <summary>The upper left part <c>[height, width]</c> of a map whose side is the next power of two.</summary>
    public static float[] Of(int height, int width, double decay, CorruptionRandom random)
    {
        int side = 2;
        while (side < Math.Max(height, width))
        {
            side *= 2;
        }

        double[] map = new double[side * side];
        double wibble = FirstWibble;
        for (int step = side; step >= 2; step /= 2, wibble /= decay)
        {
            Refine(map, side, step, wibble * wibble, random);
        }

        double low = map.Min(), range = map.Max() - low;
        float[] part = new float[height * width];
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = (float)((map[(i / width * side) + (i % width)] - low) / range);
        }

        return part;
    }

    private static void Refine(double[] map, int side, int step, double amplitude, CorruptionRandom random)
    {
        int half = step / 2, mask = side - 1;
        double At(int y, int x) => map[((y & mask) * side) + (x & mask)];
        double Mean(double sum) => (sum / 4) + random.Between(-amplitude, amplitude);
        for (int y = 0; y < side; y += step)
        {
            for (int x = 0; x < side; x += step)
            {
                map[((y + half) * side) + x + half] = Mean(At(y, x) + At(y + step, x) + At(y, x + step) + At(y + step, x + step));
            }
        }

        for (int y = 0; y < side; y += step)
        {
            for (int x = 0; x < side; x += step)
            {
                map[(y * side) + x + half] = Mean(At(y + half, x + half) + At(y - half, x + half) + At(y, x) + At(y, x + step));
                map[((y + half) * side) + x] = Mean(At(y + half, x + half) + At(y + half, x - half) + At(y, x) + At(y + step, x));
            }
        }
    }
}
