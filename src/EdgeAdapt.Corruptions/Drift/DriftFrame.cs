namespace EdgeAdapt.Corruptions;

/// <summary>One frame of a drifting camera.</summary>
/// <param name="Pixels">uint8 <c>[H, W, 3]</c>; read only.</param>
/// <param name="Height">H in pixels.</param>
/// <param name="Width">W in pixels.</param>
/// <param name="Progress">0 (nothing yet) to 1 (the end of the drift).</param>
/// <param name="Scene">The same numbers for every frame: where dirt sits does not change from frame to frame.</param>
/// <param name="Noise">Numbers of this frame alone.</param>
internal sealed record DriftFrame(byte[] Pixels, int Height, int Width, float Progress, CorruptionRandom Scene, CorruptionRandom Noise)
{
    /// <summary>The shorter side, the measure of everything that sits on a lens.</summary>
    public int Side => Math.Min(Height, Width);

    /// <summary>The pixels as values 0 to 1 in an array of their own.</summary>
    public float[] ToUnit() => Array.ConvertAll(Pixels, p => p / 255f);

    /// <summary>Values 0 to 1 as pixels, rounded; a drift that has not begun returns the pixels it got.</summary>
    public static void Store(float[] unit, Span<byte> result)
    {
        for (int i = 0; i < unit.Length; i++)
        {
            result[i] = (byte)((Math.Clamp(unit[i], 0, 1) * 255) + 0.5f);
        }
    }

    /// <summary>0 before <paramref name="from"/>, 1 after <paramref name="to"/>, smooth between.</summary>
    public static float Ramp(float value, float from, float to)
    {
        float at = Math.Clamp((value - from) / (to - from), 0, 1);
        return at * at * (3 - (2 * at));
    }
}
