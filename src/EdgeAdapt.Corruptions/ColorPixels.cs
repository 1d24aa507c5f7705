namespace EdgeAdapt.Corruptions;

/// <summary>Takes images of 1 or 3 channels to 3 and back.</summary>
internal static class ColorPixels
{
    /// <summary>A copy with three channels.</summary>
    /// <exception cref="ArgumentException">The number of values fits neither 1 nor 3 channels of that size, or the sides are too small.</exception>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int height, int width, int resultLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, Corruption.MinimumSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, Corruption.MinimumSide);
        long area = (long)height * width;
        if ((pixels.Length != area && pixels.Length != 3 * area) || resultLength != pixels.Length)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixel values and room for {resultLength} do not fit {height} x {width} x 1 or 3.", nameof(pixels));
        }

        if (pixels.Length == 3 * area)
        {
            return pixels.ToArray();
        }

        byte[] color = new byte[3 * area];
        for (int i = 0; i < color.Length; i++)
        {
            color[i] = pixels[i / 3];
        }

        return color;
    }

    /// <summary>Copies an image of three channels; a shorter result gets the green channel.</summary>
    public static void Copy(ReadOnlySpan<byte> color, Span<byte> result)
    {
        if (result.Length == color.Length)
        {
            color.CopyTo(result);
            return;
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] = color[(3 * i) + 1];
        }
    }
}
