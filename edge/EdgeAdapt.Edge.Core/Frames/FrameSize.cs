using System.Globalization;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>The size of raw frames.</summary>
/// <param name="Width">W in pixels.</param>
/// <param name="Height">H in pixels.</param>
public readonly record struct FrameSize(int Width, int Height)
{
    /// <summary>The most pixels of a frame: as many as are decoded of a picture by default.</summary>
    public const int MaximumPixels = 50_000_000;

    /// <summary>Bytes of a frame of three channels.</summary>
    public int Bytes => 3 * Width * Height;

    /// <summary>Whether there is at least one pixel and at most <see cref="MaximumPixels"/>, and each side can be encoded.</summary>
    public bool IsUsable => Width is > 0 and <= ImageEncoder.MaximumSide && Height is > 0 and <= ImageEncoder.MaximumSide && (long)Width * Height <= MaximumPixels;

    /// <summary>Reads <c>WIDTHxHEIGHT</c>, for example 640x480; false for anything else. It may not be usable.</summary>
    public static bool TryParse(string? text, out FrameSize size)
    {
        size = default;
        string[] sides = text?.Split('x') ?? [];
        if (sides.Length != 2 || !int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height))
        {
            return false;
        }

        size = new FrameSize(width, height);
        return true;
    }
}
