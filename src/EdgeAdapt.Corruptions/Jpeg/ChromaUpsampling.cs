using EdgeAdapt.Imaging;

namespace EdgeAdapt.Corruptions;

/// <summary>
/// A component at half size back to full size by libjpeg's triangle filter: every sample is 9/16 of the nearest, 3/16 of
/// the two next, 1/16 of the diagonal one.
/// </summary>
internal static class ChromaUpsampling
{
    /// <summary>Samples <c>[height, width]</c>.</summary>
    public static float[] Apply(JpegPlane half, int height, int width)
    {
        // The padding of the blocks is no image: the filter stops at the last real sample.
        int rows = (height + 1) / 2, columns = (width + 1) / 2;
        float[] result = new float[height * width];
        int[] sums = new int[columns];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> near = half.Samples.AsSpan(y / 2 * half.Columns, columns);
            ReadOnlySpan<float> far = half.Samples.AsSpan(Math.Clamp((y / 2) + ((y & 1) == 0 ? -1 : 1), 0, rows - 1) * half.Columns, columns);
            for (int x = 0; x < columns; x++)
            {
                sums[x] = (3 * (int)near[x]) + (int)far[x];
            }

            for (int x = 0; x < width; x++)
            {
                bool odd = (x & 1) == 1;
                int next = Math.Clamp((x / 2) + (odd ? 1 : -1), 0, columns - 1);
                result[(y * width) + x] = ((3 * sums[x / 2]) + sums[next] + (odd ? 7 : 8)) >> 4;
            }
        }

        return result;
    }
}
