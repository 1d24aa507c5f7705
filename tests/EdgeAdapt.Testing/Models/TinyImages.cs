namespace EdgeAdapt.Testing.Models;

/// <summary>
/// Seeded pictures that <see cref="TinyClassifier"/> was fitted to: coloured gratings, one orientation a class. A camera whose gain and offset
/// drift is the shift.
/// </summary>
public static class TinyImages
{
    /// <summary>Height and width in pixels.</summary>
    public const int Size = 12;

    /// <summary>Number of orientations.</summary>
    public const int Classes = 4;

    /// <summary>Bytes of one picture <c>[Size, Size, 3]</c>.</summary>
    public const int FrameBytes = Size * Size * 3;

    /// <summary>Draws pictures uint8 <c>[count, Size, Size, 3]</c> with their labels. Equal arguments give equal bytes.</summary>
    /// <param name="seed">Seed of classes, phases and noise.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="gain">Factor on every pixel; 1 is the condition that the classifier was fitted to.</param>
    /// <param name="offset">Added to every pixel, in 0 … 1.</param>
    public static (byte[] Frames, int[] Labels) Render(int seed, int count, double gain = 1, double offset = 0)
    {
        var random = new Random(seed);
        byte[] frames = new byte[count * FrameBytes];
        int[] labels = new int[count];
        Span<double> colour = stackalloc double[3];
        for (int i = 0; i < count; i++)
        {
            labels[i] = random.Next(Classes);
            double angle = Math.PI * labels[i] / Classes;
            double phase = random.NextDouble() * 2 * Math.PI;
            double contrast = 0.15 + (0.25 * random.NextDouble());
            for (int c = 0; c < 3; c++)
            {
                colour[c] = 0.7 + (0.3 * random.NextDouble());
            }

            for (int pixel = 0; pixel < Size * Size; pixel++)
            {
                double along = ((pixel % Size) * Math.Cos(angle)) + ((pixel / Size) * Math.Sin(angle));
                double wave = contrast * Math.Sin((along * 2 * Math.PI / 4) + phase);
                for (int c = 0; c < 3; c++)
                {
                    double value = 0.5 + (wave * colour[c]) + (0.16 * (random.NextDouble() - 0.5));
                    frames[(((i * Size * Size) + pixel) * 3) + c] = (byte)Math.Clamp(255 * ((gain * value) + offset), 0, 255);
                }
            }
        }

        return (frames, labels);
    }
}
