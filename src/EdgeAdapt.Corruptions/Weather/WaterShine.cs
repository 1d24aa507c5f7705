namespace EdgeAdapt.Corruptions;

/// <summary>
/// How brightly drops of water shine: the distance from their edges, equalized, lit from the upper left by an emboss
/// kernel, times their thickness. 8-bit rounding in between as OpenCV does it.
/// </summary>
internal static class WaterShine
{
    private const float FarthestShine = 20;

    private static readonly KernelTap[] Emboss =
    [
        new(-1, -1, -2), new(-1, 0, -1), new(0, -1, -1), new(0, 0, 1), new(0, 1, 1), new(1, 0, 1), new(1, 1, 2),
    ];

    private static readonly KernelTap[] Box =
    [
        .. from down in new[] { -1, 0, 1 } from right in new[] { -1, 0, 1 } select new KernelTap(down, right, 1 / 9f),
    ];

    /// <summary>0 to 1, <c>[height, width]</c>; all 0 where there is no drop.</summary>
    public static float[] Of(byte[] drops, int height, int width)
    {
        float[] distance = Array.ConvertAll(EdgeDistance.Of(CannyEdges.Of(drops, height, width), height, width), d => Math.Min(d, FarthestShine));
        byte[] even = Equalize(Array.ConvertAll(Convolution.Apply(distance, height, width, 1, Box, Border.Reflect101), Canvas.Truncate));
        float[] lit = Convolution.Apply(Array.ConvertAll(even, e => (float)e), height, width, 1, Emboss, Border.Reflect101);
        float[] clipped = Array.ConvertAll(lit, l => Math.Clamp(l, 0, 255));
        float[] shine = Convolution.Apply(clipped, height, width, 1, Box, Border.Reflect101);
        for (int i = 0; i < shine.Length; i++)
        {
            shine[i] = MathF.Round(shine[i]) * drops[i];
        }

        float brightest = shine.Max();
        return brightest > 0 ? Array.ConvertAll(shine, s => s / brightest) : shine;
    }

    private static byte[] Equalize(byte[] values)
    {
        int[] histogram = new int[256];
        foreach (byte value in values)
        {
            histogram[value]++;
        }

        int first = Array.FindIndex(histogram, count => count > 0);
        if (histogram[first] == values.Length)
        {
            return values;
        }

        byte[] map = new byte[256];
        int sum = 0;
        for (int i = first + 1; i < map.Length; i++)
        {
            sum += histogram[i];
            map[i] = (byte)Math.Round(255.0 * sum / (values.Length - histogram[first]));
        }

        return Array.ConvertAll(values, value => map[value]);
    }
}
