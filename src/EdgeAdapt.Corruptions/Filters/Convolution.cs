namespace EdgeAdapt.Corruptions;

/// <summary>Correlation with a kernel of few nonzero weights.</summary>
internal static class Convolution
{
    /// <summary>The weighted sum around every pixel, <c>[height, width, channels]</c>, in an array of its own.</summary>
    public static float[] Apply(float[] values, int height, int width, int channels, IReadOnlyList<KernelTap> taps, Border border)
    {
        int top = Math.Max(0, taps.Max(t => -t.Down)), bottom = Math.Max(0, taps.Max(t => t.Down));
        int left = Math.Max(0, taps.Max(t => -t.Right)), right = Math.Max(0, taps.Max(t => t.Right));
        int stride = (width + left + right) * channels;
        float[] padded = new float[(height + top + bottom) * stride];
        for (int y = -top; y < height + bottom; y++)
        {
            ReadOnlySpan<float> from = values.AsSpan(border.Map(y, height) * width * channels, width * channels);
            Span<float> row = padded.AsSpan((y + top) * stride, stride);
            from.CopyTo(row[(left * channels)..]);
            for (int x = 1; x <= Math.Max(left, right); x++)
            {
                if (x <= left)
                {
                    from.Slice(border.Map(-x, width) * channels, channels).CopyTo(row[((left - x) * channels)..]);
                }

                if (x <= right)
                {
                    from.Slice(border.Map(width - 1 + x, width) * channels, channels).CopyTo(row[((left + width - 1 + x) * channels)..]);
                }
            }
        }

        float[] result = new float[values.Length];
        for (int y = 0; y < height; y++)
        {
            Span<float> sum = result.AsSpan(y * width * channels, width * channels);
            foreach (KernelTap tap in taps)
            {
                Rows.Add(padded.AsSpan(((y + top + tap.Down) * stride) + ((left + tap.Right) * channels), sum.Length), tap.Weight, sum);
            }
        }

        return result;
    }
}
