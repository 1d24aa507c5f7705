namespace EdgeAdapt.Corruptions;

/// <summary>The image that a corruption works on, and everything it may depend on.</summary>
/// <param name="Pixels">uint8 <c>[H, W, 3]</c>, red first; read only.</param>
/// <param name="Height">H in pixels.</param>
/// <param name="Width">W in pixels.</param>
/// <param name="Scale">Which constants hold.</param>
/// <param name="Severity">1 to 5.</param>
/// <param name="Random">The random numbers of this image.</param>
internal sealed record Canvas(byte[] Pixels, int Height, int Width, CorruptionScale Scale, int Severity, CorruptionRandom Random)
{
    public const int Channels = 3;

    // x / 255 · 255 in single precision may end just below the integer it started from; truncation would lose a level.
    private const float Rounding = 1e-3f;

    /// <summary>The constant of this scale and severity.</summary>
    public T Constant<T>(ReadOnlySpan<T> cifar, ReadOnlySpan<T> imageNet) => (Scale == CorruptionScale.Cifar ? cifar : imageNet)[Severity - 1];

    /// <summary>The pixels as values 0 to 1, <c>[H, W, 3]</c>, in an array of their own.</summary>
    public float[] ToUnit()
    {
        float[] values = new float[Pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Pixels[i] / 255f;
        }

        return values;
    }

    /// <summary>Values 0 to 1 as pixels: clipped, times 255, truncated, as the original stores them. NaN becomes 0.</summary>
    public static void Store(ReadOnlySpan<float> unit, Span<byte> result)
    {
        for (int i = 0; i < unit.Length; i++)
        {
            result[i] = Truncate(unit[i] * 255f);
        }
    }

    /// <summary>A value 0 to 255 as the byte below it; values outside are clipped, NaN becomes 0.</summary>
    public static byte Truncate(float value) => value > 0 ? (byte)Math.Min(value + Rounding, 255f) : (byte)0;
}
