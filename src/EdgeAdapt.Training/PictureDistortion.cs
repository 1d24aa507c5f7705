namespace EdgeAdapt.Training;

/// <summary>Applies <see cref="Distortions"/> to one picture at a time. A quarter of the pictures stays as it is.</summary>
/// <param name="distortions">Which.</param>
/// <param name="channels">C.</param>
/// <param name="height">H.</param>
/// <param name="width">W.</param>
internal sealed class PictureDistortion(Distortions distortions, int channels, int height, int width)
{
    private readonly float[] _scratch = new float[height * width];

    /// <summary>Distorts a picture in place.</summary>
    /// <param name="picture"><c>[C, H, W]</c> in 0 … 1; the result stays in that range.</param>
    /// <param name="random">Decides what happens.</param>
    public void Apply(Span<float> picture, Random random)
    {
        if (distortions == Distortions.None || random.NextDouble() < 0.25)
        {
            return;
        }

        if (distortions.HasFlag(Distortions.Colour))
        {
            ChangeColour(picture, random);
        }

        if (distortions.HasFlag(Distortions.Blur) && random.NextDouble() < 0.3)
        {
            Blur(picture, Uniform(random, 0.3f, 1));
        }

        if (distortions.HasFlag(Distortions.Noise) && random.NextDouble() < 0.4)
        {
            float deviation = Uniform(random, 0, 0.09f);
            foreach (ref float value in picture)
            {
                value += deviation * (float)random.NextNormal();
            }
        }

        for (int i = 0; i < 2 && distortions.HasFlag(Distortions.Erase); i++)
        {
            if (random.NextDouble() < 0.2)
            {
                Erase(picture, random);
            }
        }

        foreach (ref float value in picture)
        {
            value = Math.Clamp(value, 0, 1);
        }
    }

    private void ChangeColour(Span<float> picture, Random random)
    {
        float brightness = Uniform(random, 0.35f, 1.15f);
        float contrast = Uniform(random, 0.35f, 1.15f);
        float offset = random.NextDouble() < 0.4 ? Uniform(random, -0.1f, 0.3f) : 0;
        float mean = 0;
        foreach (float value in picture)
        {
            mean += value * brightness / picture.Length;
        }

        foreach (ref float value in picture)
        {
            value = mean + (((value * brightness) - mean) * contrast) + offset;
        }

        if (channels == 1 || random.NextDouble() >= 0.3)
        {
            return;
        }

        float faded = Uniform(random, 0, 0.8f);
        int plane = height * width;
        for (int i = 0; i < plane; i++)
        {
            float grey = 0;
            for (int c = 0; c < channels; c++)
            {
                grey += picture[(c * plane) + i] / channels;
            }

            for (int c = 0; c < channels; c++)
            {
                ref float value = ref picture[(c * plane) + i];
                value += faded * (grey - value);
            }
        }
    }

    private void Blur(Span<float> picture, float share)
    {
        float[] soft = new float[height * width];
        for (int c = 0; c < channels; c++)
        {
            Span<float> plane = picture.Slice(c * height * width, height * width);
            Average(plane, _scratch);
            Average(_scratch, soft);
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] += share * (soft[i] - plane[i]);
            }
        }
    }

    /// <summary>Means over 3 × 3; beyond the border stands the pixel at the border.</summary>
    private void Average(ReadOnlySpan<float> plane, Span<float> target)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float sum = 0;
                for (int dy = -1; dy <= 1; dy++)
                {
                    int row = Math.Clamp(y + dy, 0, height - 1) * width;
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        sum += plane[row + Math.Clamp(x + dx, 0, width - 1)];
                    }
                }

                target[(y * width) + x] = sum / 9;
            }
        }
    }

    private void Erase(Span<float> picture, Random random)
    {
        int side = Math.Min(height, width);
        int size = Math.Clamp((int)(side * Uniform(random, 0.1f, 0.22f)), 1, side);
        int top = random.Next(height - size + 1);
        int left = random.Next(width - size + 1);
        for (int c = 0; c < channels; c++)
        {
            float level = (float)random.NextDouble();
            for (int y = top; y < top + size; y++)
            {
                picture.Slice((((c * height) + y) * width) + left, size).Fill(level);
            }
        }
    }

    private static float Uniform(Random random, float low, float high) => low + ((high - low) * (float)random.NextDouble());
}
