namespace EdgeAdapt.Corruptions;

/// <summary>Reads an image of three channels between its pixels.</summary>
internal static class BilinearSample
{
    /// <summary>Writes the three channels at a point, in pixels from the centre of the first one, to <paramref name="target"/>.</summary>
    public static void Read(float[] values, int height, int width, double y, double x, Border border, Span<float> target)
    {
        double top = Math.Floor(y), left = Math.Floor(x);
        (float down, float right) = ((float)(y - top), (float)(x - left));
        int upper = border.Map((int)top, height) * width, lower = border.Map((int)top + 1, height) * width;
        int first = border.Map((int)left, width), second = border.Map((int)left + 1, width);
        for (int c = 0; c < target.Length; c++)
        {
            float above = Between(values[((upper + first) * Canvas.Channels) + c], values[((upper + second) * Canvas.Channels) + c], right);
            float below = Between(values[((lower + first) * Canvas.Channels) + c], values[((lower + second) * Canvas.Channels) + c], right);
            target[c] = Between(above, below, down);
        }
    }

    private static float Between(float from, float to, float at) => from + (at * (to - from));
}
