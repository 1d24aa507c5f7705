namespace EdgeAdapt.Corruptions;

/// <summary>
/// One corruption of ImageNet-C (Hendrycks and Dietterich, ICLR 2019) in five severities, with the published constants of
/// CIFAR-10-C and ImageNet-C. Stateless and thread safe; <see cref="CorruptionCatalog"/> has all of them.
/// </summary>
public abstract class Corruption
{
    /// <summary>The strongest severity.</summary>
    public const int MaximumSeverity = 5;

    /// <summary>The smallest height and width: below it, the kernels are wider than the image.</summary>
    public const int MinimumSide = 8;

    // Up to here an image is nearer to 32² than to 224² in ratio.
    private const int LargestCifarSide = 84;

    private protected Corruption(string name, CorruptionKind kind) => (Name, Kind) = (name, kind);

    /// <summary>The name in file names and tables, for example <c>gaussian_noise</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the result depends on the seed.</summary>
    public CorruptionKind Kind { get; }

    /// <summary>The constants that suit a size: those of CIFAR-10-C up to a longer side of 84 pixels, those of ImageNet-C above.</summary>
    public static CorruptionScale ScaleOf(int height, int width) =>
        Math.Max(height, width) <= LargestCifarSide ? CorruptionScale.Cifar : CorruptionScale.ImageNet;

    /// <summary>Corrupts one image.</summary>
    /// <param name="pixels">uint8 <c>[H, W, C]</c>; C is 3 (red first) or 1. Grey is treated as a colour image and its green channel kept.</param>
    /// <param name="height">H in pixels, at least <see cref="MinimumSide"/>.</param>
    /// <param name="width">W in pixels, at least <see cref="MinimumSide"/>.</param>
    /// <param name="severity">1 (weak) to <see cref="MaximumSeverity"/>.</param>
    /// <param name="seed">The seed of the whole set; no effect on a deterministic corruption.</param>
    /// <param name="index">The image's index in its set, so that every image gets noise of its own.</param>
    /// <param name="result">Receives uint8 <c>[H, W, C]</c>; may be <paramref name="pixels"/>.</param>
    /// <param name="scale">Which constants; null for <see cref="ScaleOf"/>.</param>
    /// <exception cref="ArgumentException">The severity or a size is out of range, or the number of pixels does not fit.</exception>
    public void Apply(
        ReadOnlySpan<byte> pixels, int height, int width, int severity, long seed, long index, Span<byte> result, CorruptionScale? scale = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(severity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(severity, MaximumSeverity);
        byte[] color = ColorPixels.Of(pixels, height, width, result.Length);

        // The purpose comes of the name, not of the position in the catalogue: a new corruption leaves the old ones' noise as it was.
        int purpose = Name.Aggregate(severity, (hash, letter) => (hash * 31) + letter);
        var canvas = new Canvas(color, height, width, scale ?? ScaleOf(height, width), severity, new CorruptionRandom(seed, index, purpose));
        byte[] distorted = new byte[color.Length];
        Distort(canvas, distorted);
        ColorPixels.Copy(distorted, result);
    }

    internal abstract void Distort(Canvas canvas, Span<byte> result);
}
