namespace EdgeAdapt.Corruptions;

/// <summary>
/// Resizing with Pillow's BOX filter: first every row, then every column, rounded to 8 bits in between. A target pixel is
/// the mean of the source pixels whose centres lie in its box.
/// </summary>
internal static class BoxResize
{
    /// <summary>uint8 <c>[height, width, 3]</c> to <c>[newHeight, newWidth, 3]</c>.</summary>
    public static byte[] Apply(byte[] pixels, int height, int width, int newHeight, int newWidth)
    {
        byte[] rows = Resize(pixels, height, width, newWidth, 1, width, newWidth);
        return Resize(rows, newWidth, height, newHeight, newWidth, 1, 1);
    }

    // Lines of `length` pixels that lie `step` apart become lines of `newLength`; lines lie `gap` (then `newGap`) apart.
    private static byte[] Resize(byte[] pixels, int lines, int length, int newLength, int step, int gap, int newGap)
    {
        byte[] result = new byte[lines * newLength * Canvas.Channels];
        for (int target = 0; target < newLength; target++)
        {
            (int from, int to) = Box(target, length, newLength);
            int count = to - from;
            for (int line = 0; line < lines; line++)
            {
                for (int c = 0; c < Canvas.Channels; c++)
                {
                    int sum = 0;
                    for (int i = from; i < to; i++)
                    {
                        sum += pixels[(((line * gap) + (i * step)) * Canvas.Channels) + c];
                    }

                    result[(((line * newGap) + (target * step)) * Canvas.Channels) + c] = (byte)(((2 * sum) + count) / (2 * count));
                }
            }
        }

        return result;
    }

    private static (int From, int To) Box(int target, int length, int newLength)
    {
        double scale = (double)length / newLength;
        double filter = Math.Max(scale, 1);
        double centre = (target + 0.5) * scale;
        int from = Math.Max((int)(centre - (filter / 2) + 0.5), 0);
        int to = Math.Min((int)(centre + (filter / 2) + 0.5), length);
        bool Inside(int i) => ((i - centre + 0.5) / filter) is > -0.5 and <= 0.5;
        while (to - from > 1 && !Inside(from))
        {
            from++;
        }

        while (to - from > 1 && !Inside(to - 1))
        {
            to--;
        }

        return (from, to);
    }
}
