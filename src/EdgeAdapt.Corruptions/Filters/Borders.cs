namespace EdgeAdapt.Corruptions;

/// <summary>Finds the pixel that stands for one outside the image.</summary>
internal static class Borders
{
    /// <summary>The index in 0 … length − 1 that stands for <paramref name="index"/>, however far outside it lies.</summary>
    public static int Map(this Border border, int index, int length)
    {
        if ((uint)index < (uint)length)
        {
            return index;
        }

        if (border == Border.Nearest || length == 1)
        {
            return Math.Clamp(index, 0, length - 1);
        }

        int period = border == Border.Reflect ? 2 * length : (2 * length) - 2;
        int at = ((index % period) + period) % period;
        return at < length ? at : border == Border.Reflect ? period - 1 - at : period - at;
    }
}
