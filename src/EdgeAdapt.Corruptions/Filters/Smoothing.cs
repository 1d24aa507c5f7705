namespace EdgeAdapt.Corruptions;

/// <summary>Separable Gaussian smoothing as scikit-image and SciPy define it: radius = int(truncate · σ + ½), weights summing to 1.</summary>
internal static class Smoothing
{
    /// <summary>scikit-image's default, in deviations.</summary>
    public const float DefaultTruncate = 4;

    /// <summary>Smooths in place.</summary>
    /// <param name="values"><c>[height, width, channels]</c>.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="channels">Values in a pixel.</param>
    /// <param name="sigma">In pixels; 0 changes nothing.</param>
    /// <param name="truncate">Where the kernel ends, in deviations.</param>
    /// <param name="border">What lies outside.</param>
    public static void Apply(
        float[] values, int height, int width, int channels, double sigma, double truncate = DefaultTruncate, Border border = Border.Nearest)
    {
        int radius = (int)((truncate * sigma) + 0.5);
        if (sigma <= 0 || radius == 0)
        {
            return;
        }

        float[] kernel = Kernel(sigma, radius);
        Columns(values, height, width * channels, kernel, radius, border);
        Lines(values, height, width, channels, kernel, radius, border);
    }

    private static float[] Kernel(double sigma, int radius)
    {
        double[] weights = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(i => Math.Exp(-0.5 * i * i / (sigma * sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(w => (float)(w / sum))];
    }

    private static void Columns(float[] values, int height, int stride, float[] kernel, int radius, Border border)
    {
        float[] source = [.. values];
        for (int y = 0; y < height; y++)
        {
            Span<float> sum = values.AsSpan(y * stride, stride);
            sum.Clear();
            float[] folded = Fold(kernel, radius, y, height, border);
            for (int from = 0; from < height; from++)
            {
                if (folded[from] > 0)
                {
                    Rows.Add(source.AsSpan(from * stride, stride), folded[from], sum);
                }
            }
        }
    }

    // A kernel wider than the image visits pixels again and again by reflection; their weights are added up first.
    private static float[] Fold(float[] kernel, int radius, int at, int length, Border border)
    {
        float[] weights = new float[length];
        for (int i = -radius; i <= radius; i++)
        {
            weights[border.Map(at + i, length)] += kernel[i + radius];
        }

        return weights;
    }

    private static void Lines(float[] values, int height, int width, int channels, float[] kernel, int radius, Border border)
    {
        int stride = width * channels;
        if (radius >= width)
        {
            // Each output column is a weighted sum of all columns: the same fold, on the transposed image.
            float[] transposed = Transposed(values, height, width, channels);
            Columns(transposed, width, height * channels, kernel, radius, border);
            Transposed(transposed, width, height, channels).CopyTo(values, 0);
            return;
        }

        float[] padded = new float[(width + (2 * radius)) * channels];
        for (int y = 0; y < height; y++)
        {
            Span<float> row = values.AsSpan(y * stride, stride);
            for (int x = -radius; x < width + radius; x++)
            {
                row.Slice(border.Map(x, width) * channels, channels).CopyTo(padded.AsSpan((x + radius) * channels));
            }

            row.Clear();
            for (int i = 0; i < kernel.Length; i++)
            {
                Rows.Add(padded.AsSpan(i * channels, stride), kernel[i], row);
            }
        }
    }

    private static float[] Transposed(float[] values, int height, int width, int channels)
    {
        float[] result = new float[values.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                values.AsSpan(((y * width) + x) * channels, channels).CopyTo(result.AsSpan(((x * height) + y) * channels));
            }
        }

        return result;
    }
}
