namespace EdgeAdapt.Corruptions;

/// <summary>Falling flakes with motion blur, seen twice (once turned by 180°), before a whitened image.</summary>
internal sealed class Snow() : Corruption("snow", CorruptionKind.Random)
{
    private static readonly SnowConstants[] Cifar =
    [
        new(0.1f, 0.2f, 1, 0.6f, 8, 3, 0.95f), new(0.1f, 0.2f, 1, 0.5f, 10, 4, 0.9f), new(0.15f, 0.3f, 1.75, 0.55f, 10, 4, 0.9f),
        new(0.25f, 0.3f, 2.25, 0.6f, 12, 6, 0.85f), new(0.3f, 0.3f, 1.25, 0.65f, 14, 12, 0.8f),
    ];

    private static readonly SnowConstants[] ImageNet =
    [
        new(0.1f, 0.3f, 3, 0.5f, 10, 4, 0.8f), new(0.2f, 0.3f, 2, 0.5f, 12, 4, 0.7f), new(0.55f, 0.3f, 4, 0.9f, 12, 8, 0.7f),
        new(0.55f, 0.3f, 4.5, 0.85f, 12, 8, 0.65f), new(0.55f, 0.3f, 2.5, 0.85f, 12, 12, 0.55f),
    ];

    internal override void Distort(Canvas canvas, Span<byte> result)
    {
        SnowConstants constants = canvas.Constant<SnowConstants>(Cifar, ImageNet);
        float[] flakes = Flakes(canvas, constants);
        float[] values = canvas.ToUnit();
        for (int i = 0; i < flakes.Length; i++)
        {
            Span<float> pixel = values.AsSpan(i * Canvas.Channels, Canvas.Channels);
            float white = (((0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2])) * 1.5f) + 0.5f;
            float snow = flakes[i] + flakes[^(i + 1)];
            foreach (ref float value in pixel)
            {
                value = (constants.Kept * value) + ((1 - constants.Kept) * Math.Max(value, white)) + snow;
            }
        }

        Canvas.Store(values, result);
    }

    private static float[] Flakes(Canvas canvas, SnowConstants constants)
    {
        float[] noise = new float[canvas.Height * canvas.Width];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = constants.Mean + (constants.Deviation * canvas.Random.Normal());
        }

        float[] flakes = new float[noise.Length];
        CentreZoom.Apply(noise, canvas.Height, canvas.Width, 1, constants.Zoom, flakes);
        for (int i = 0; i < flakes.Length; i++)
        {
            flakes[i] = flakes[i] < constants.Threshold ? 0 : Canvas.Truncate(flakes[i] * 255);
        }

        KernelTap[] fall = MotionKernel.Of(constants.Radius, constants.Sigma, canvas.Random.Between(-135, -45));
        float[] streaks = Convolution.Apply(flakes, canvas.Height, canvas.Width, 1, fall, Border.Nearest);
        return Array.ConvertAll(streaks, s => Canvas.Truncate(s) / 255f);
    }
}
