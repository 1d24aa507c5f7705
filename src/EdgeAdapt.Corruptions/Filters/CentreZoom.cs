namespace EdgeAdapt.Corruptions;

/// <summary>
/// Cuts out the centre and enlarges it linearly to the size of the image, with the first and last pixel of the cut kept in
/// place, as SciPy's zoom does. Cut and enlargement are whole pixels, so the result is trimmed.
/// </summary>
internal static class CentreZoom
{
    /// <summary>Zooms.</summary>
    /// <param name="values"><c>[height, width, channels]</c>.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="channels">Values in a pixel.</param>
    /// <param name="factor">At least 1.</param>
    /// <param name="result">Receives <c>[height, width, channels]</c>.</param>
    public static void Apply(float[] values, int height, int width, int channels, double factor, float[] result)
    {
        (int[] rows, float[] rowWeights) = Positions(height, factor);
        (int[] columns, float[] columnWeights) = Positions(width, factor);
        int stride = width * channels;
        float[] line = new float[stride];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> upper = values.AsSpan(rows[y] * stride, stride);
            ReadOnlySpan<float> lower = values.AsSpan(Math.Min(rows[y] + 1, height - 1) * stride, stride);
            float down = rowWeights[y];
            for (int i = 0; i < stride; i++)
            {
                line[i] = upper[i] + (down * (lower[i] - upper[i]));
            }

            Span<float> target = result.AsSpan(y * stride, stride);
            for (int x = 0; x < width; x++)
            {
                int left = columns[x] * channels, right = Math.Min(columns[x] + 1, width - 1) * channels;
                float weight = columnWeights[x];
                for (int c = 0; c < channels; c++)
                {
                    target[(x * channels) + c] = line[left + c] + (weight * (line[right + c] - line[left + c]));
                }
            }
        }
    }

    private static (int[] First, float[] Weight) Positions(int length, double factor)
    {
        int cut = (int)Math.Ceiling(length / factor);
        int start = (length - cut) / 2;
        int enlarged = (int)Math.Round(cut * factor, MidpointRounding.ToEven);
        int trim = (enlarged - length) / 2;
        double step = enlarged > 1 ? (cut - 1.0) / (enlarged - 1) : 0;
        int[] first = new int[length];
        float[] weight = new float[length];
        for (int i = 0; i < length; i++)
        {
            double at = Math.Min((i + trim) * step, cut - 1);
            first[i] = start + (int)at;
            weight[i] = (float)(at - (int)at);
        }

        return (first, weight);
    }
}
