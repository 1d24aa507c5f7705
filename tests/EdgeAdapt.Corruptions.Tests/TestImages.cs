namespace EdgeAdapt.Corruptions.Tests;

/// <summary>Drawn images: smooth colour gradients with a few hard-edged rectangles, different for every index.</summary>
internal static class TestImages
{
    private const int Rectangles = 9;

    public static byte[] Draw(int side, int index, int channels = 3)
    {
        var random = new CorruptionRandom(1, index, 0);
        (double Left, double Top, double Width, double Height, double Light)[] rectangles =
        [
            .. Enumerable.Range(0, Rectangles).Select(_ =>
                (random.Uniform(), random.Uniform(), random.Between(0.05, 0.3), random.Between(0.05, 0.3), random.Between(-70, 70))),
        ];
        byte[] pixels = new byte[side * side * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            double y = (double)(i / channels / side) / side, x = (double)(i / channels % side) / side;
            int c = i % channels;
            double light = 120 + (30 * (Math.Sin((x * (4 + c)) + index) + Math.Cos((y * 6) + (c * index))));
            light += rectangles.Where(r => x >= r.Left && x < r.Left + r.Width && y >= r.Top && y < r.Top + r.Height).Sum(r => r.Light * (1 - (0.3 * c)));
            pixels[i] = (byte)Math.Clamp(light, 0, 255);
        }

        return pixels;
    }

    public static byte[] Corrupt(Corruption corruption, byte[] image, int side, int severity, long seed = 1, long index = 0)
    {
        byte[] result = new byte[image.Length];
        corruption.Apply(image, side, side, severity, seed, index, result);
        return result;
    }

    public static double Difference(byte[] a, byte[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Average();
}
