namespace EdgeAdapt.Corruptions;

/// <summary>
/// A slow change of what one camera sees: the same scene elements (specks, drops) from frame to frame, growing with the
/// progress of the drift. Stateless and thread safe; <see cref="CameraDriftCatalog"/> has all of them.
/// </summary>
public abstract class CameraDrift
{
    private protected CameraDrift(string name, string description) => (Name, Description) = (name, description);

    /// <summary>The name in file names, for example <c>day_night</c>.</summary>
    public string Name { get; }

    /// <summary>One line on what a camera's owner sees.</summary>
    public string Description { get; }

    /// <summary>Applies the drift to one frame.</summary>
    /// <param name="pixels">uint8 <c>[H, W, C]</c>; C is 3 (red first) or 1. Grey is treated as a colour image and its green channel kept.</param>
    /// <param name="height">H in pixels, at least <see cref="Corruption.MinimumSide"/>.</param>
    /// <param name="width">W in pixels, at least <see cref="Corruption.MinimumSide"/>.</param>
    /// <param name="progress">0 (the frame comes back unchanged) to 1.</param>
    /// <param name="seed">The camera: where its dirt sits.</param>
    /// <param name="frame">The frame's index: its noise.</param>
    /// <param name="result">Receives uint8 <c>[H, W, C]</c>; may be <paramref name="pixels"/>.</param>
    /// <exception cref="ArgumentException">The progress (NaN too) or a size is out of range, or the number of pixels does not fit.</exception>
    public void Apply(ReadOnlySpan<byte> pixels, int height, int width, double progress, long seed, long frame, Span<byte> result)
    {
        if (progress is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(progress), progress, "The progress of a drift lies from 0 to 1.");
        }

        byte[] color = ColorPixels.Of(pixels, height, width, result.Length);
        int purpose = Name.Aggregate(0, (hash, letter) => (hash * 31) + letter);
        var scene = new CorruptionRandom(seed, -1, purpose);
        byte[] distorted = new byte[color.Length];
        Distort(new DriftFrame(color, height, width, (float)progress, scene, new CorruptionRandom(seed, frame, purpose)), distorted);
        ColorPixels.Copy(distorted, result);
    }

    internal abstract void Distort(DriftFrame frame, Span<byte> result);
}
