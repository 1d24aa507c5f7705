using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Datasets;

/// <summary>Turns pixels into model input.</summary>
public static class Frames
{
    /// <summary>
    /// Normalizes frames and moves their channels to the front: out[n, c, y, x] = (pixel[n, y, x, c] / 255 − mean[c]) /
    /// std[c], computed in float32.
    /// </summary>
    /// <param name="pixels">uint8 <c>[N, H, W, C]</c>.</param>
    /// <param name="count">N; 0 gives an empty batch.</param>
    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="channels">C.</param>
    /// <param name="normalization">One mean and standard deviation for each of the C channels.</param>
    /// <returns>A batch <c>[N, C, H, W]</c> in an array of its own.</returns>
    /// <exception cref="ArgumentException">The number of pixels or of channels does not fit.</exception>
    public static FloatTensor ToTensor(ReadOnlySpan<byte> pixels, int count, int height, int width, int channels, Normalization normalization)
    {
        float[] values = new float[checked(count * height * width * channels)];
        Normalize(pixels, count, height, width, channels, normalization, values);
        return new FloatTensor(values, count, channels, height, width);
    }

    /// <summary>As <see cref="ToTensor"/>, into memory of the caller: <c>[N, C, H, W]</c>.</summary>
    /// <exception cref="ArgumentException">The number of pixels, of channels or of destination values does not fit.</exception>
    public static void Normalize(
        ReadOnlySpan<byte> pixels, int count, int height, int width, int channels, Normalization normalization, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        int plane = height * width;
        if (pixels.Length != (long)count * plane * channels || destination.Length != pixels.Length)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixel values and room for {destination.Length} do not fit {count} frames of {height} x {width} x {channels}.", nameof(pixels));
        }

        if (normalization.Channels != channels)
        {
            throw new ArgumentException(
                $"The frames have {channels} channels, but mean and standard deviation are given for {normalization.Channels}.", nameof(normalization));
        }

        for (int c = 0; c < channels; c++)
        {
            float[] levels = normalization.Levels(c);
            for (int n = 0; n < count; n++)
            {
                ReadOnlySpan<byte> source = pixels.Slice(n * plane * channels, plane * channels);
                Span<float> target = destination.Slice(((n * channels) + c) * plane, plane);
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = levels[source[(i * channels) + c]];
                }
            }
        }
    }
}
