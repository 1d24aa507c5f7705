namespace EdgeAdapt.Corruptions;

/// <summary>A colour as hue, saturation and value, each 0 to 1 (Smith's hexcone, 1978).</summary>
internal readonly record struct Hsv(float Hue, float Saturation, float Value)
{
    private const int Sextants = 6;

    public static Hsv Of(float red, float green, float blue)
    {
        float value = Math.Max(red, Math.Max(green, blue));
        float range = value - Math.Min(red, Math.Min(green, blue));
        if (range == 0)
        {
            return new Hsv(0, 0, value);
        }

        // Where two channels share the maximum, the later one decides, as in scikit-image.
        float sextant = value == blue ? 4 + ((red - green) / range)
            : value == green ? 2 + ((blue - red) / range)
            : (green - blue) / range;
        float hue = sextant / Sextants;
        return new Hsv(hue - MathF.Floor(hue), range / value, value);
    }

    public (float Red, float Green, float Blue) ToRgb()
    {
        float scaled = Hue * Sextants;
        float part = scaled - MathF.Floor(scaled);
        float low = Value * (1 - Saturation);
        float falling = Value * (1 - (part * Saturation));
        float rising = Value * (1 - ((1 - part) * Saturation));
        return ((int)scaled % Sextants) switch
        {
            0 => (Value, rising, low),
            1 => (falling, Value, low),
            2 => (low, Value, rising),
            3 => (low, falling, Value),
            4 => (rising, low, Value),
            _ => (Value, low, falling),
        };
    }

    /// <summary>Applies a change to every pixel of <c>[H, W, 3]</c>, in place.</summary>
    public static void Change(float[] values, Func<Hsv, Hsv> change)
    {
        for (int i = 0; i < values.Length; i += Canvas.Channels)
        {
            (values[i], values[i + 1], values[i + 2]) = change(Of(values[i], values[i + 1], values[i + 2])).ToRgb();
        }
    }
}
