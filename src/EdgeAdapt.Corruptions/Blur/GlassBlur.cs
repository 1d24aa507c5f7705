namespace EdgeAdapt.Corruptions;

/// <summary>Looking through frosted glass: smoothed, pixels displaced at random nearby, smoothed again.</summary>
internal sealed class GlassBlur() : Corruption("glass_blur", CorruptionKind.Random)
{
    private static readonly (double Sigma, int Reach, int Rounds)[] Cifar = [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)];
    private static readonly (double Sigma, int Reach, int Rounds)[] ImageNet = [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        (double sigma, int reach, int rounds) = canvas.Constant<(double, int, int)>(Cifar, ImageNet);
        float[] values = canvas.ToUnit();
        Smoothing.Apply(values, canvas.Height, canvas.Width, Canvas.Channels, sigma);
        byte[] pixels = new byte[values.Length];
        Canvas.Store(values, pixels);
        for (int round = 0; round < rounds; round++)
        {
            Displace(canvas, pixels, reach);
        }

        float[] shuffled = (canvas with { Pixels = pixels }).ToUnit();
        Smoothing.Apply(shuffled, canvas.Height, canvas.Width, Canvas.Channels, sigma);
        Canvas.Store(shuffled, result);
    }

    // The original means to swap two pixels, but assigns NumPy views: the second takes its value from the first, which
    // already holds the second's. So a pixel is copied, from at most `reach` up or left and at most reach − 1 down or right.
    private static void Displace(Canvas canvas, byte[] pixels, int reach)
    {
        for (int y = canvas.Height - reach; y > reach; y--)
        {
            for (int x = canvas.Width - reach; x > reach; x--)
            {
                int right = canvas.Random.Below(2 * reach) - reach, down = canvas.Random.Below(2 * reach) - reach;
                int from = (((y + down) * canvas.Width) + x + right) * Canvas.Channels;
                pixels.AsSpan(from, Canvas.Channels).CopyTo(pixels.AsSpan(((y * canvas.Width) + x) * Canvas.Channels));
            }
        }
    }
}
