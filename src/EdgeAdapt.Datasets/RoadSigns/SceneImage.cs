namespace EdgeAdapt.Datasets;

/// <summary>A picture in the making: <c>[Size, Size]</c> colours, row-major, top row first.</summary>
internal sealed class SceneImage
{
    public const int Size = RoadSigns.Size;
    private SceneColor[] _pixels = new SceneColor[Size * Size];

    public SceneColor this[int y, int x]
    {
        get => _pixels[(y * Size) + x];
        set => _pixels[(y * Size) + x] = value;
    }

    /// <summary>The colour at a place between pixels (bilinear); outside, that of the nearest edge.</summary>
    public SceneColor Sample(double y, double x)
    {
        double top = Math.Clamp(y, 0, Size - 1);
        double left = Math.Clamp(x, 0, Size - 1);
        int y0 = Math.Min((int)top, Size - 2);
        int x0 = Math.Min((int)left, Size - 2);
        return SceneColor.Blend(
            SceneColor.Blend(this[y0, x0], this[y0, x0 + 1], left - x0),
            SceneColor.Blend(this[y0 + 1, x0], this[y0 + 1, x0 + 1], left - x0),
            top - y0);
    }

    /// <summary>Replaces every pixel by a function of its place and colour.</summary>
    public void Map(Func<int, int, SceneColor, SceneColor> change)
    {
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                this[y, x] = change(y, x, this[y, x]);
            }
        }
    }

    /// <summary>Averages equidistant samples along a line through each pixel, from −(dy, dx) / 2 to +(dy, dx) / 2.</summary>
    public void Smear(double dy, double dx, int samples)
    {
        var smeared = new SceneColor[_pixels.Length];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                SceneColor sum = default;
                for (int i = 0; i < samples; i++)
                {
                    double t = ((i + 0.5) / samples) - 0.5;
                    sum += Sample(y + (t * dy), x + (t * dx));
                }

                smeared[(y * Size) + x] = sum * (1.0 / samples);
            }
        }

        _pixels = smeared;
    }

    /// <summary>A soft lens: weights 1-2-1 in both directions, mixed with the sharp picture by <paramref name="amount"/>.</summary>
    public void Soften(double amount)
    {
        var soft = new SceneColor[_pixels.Length];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                SceneColor sum = default;
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        int weight = (2 - Math.Abs(dy)) * (2 - Math.Abs(dx));
                        sum += this[Math.Clamp(y + dy, 0, Size - 1), Math.Clamp(x + dx, 0, Size - 1)] * (weight / 16.0);
                    }
                }

                soft[(y * Size) + x] = SceneColor.Blend(this[y, x], sum, amount);
            }
        }

        _pixels = soft;
    }

    /// <summary>Clips and rounds to uint8 <c>[Size, Size, 3]</c>, red first.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        for (int i = 0; i < _pixels.Length; i++)
        {
            pixels[3 * i] = ToByte(_pixels[i].Red);
            pixels[(3 * i) + 1] = ToByte(_pixels[i].Green);
            pixels[(3 * i) + 2] = ToByte(_pixels[i].Blue);
        }
    }

    private static byte ToByte(double value) => (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5);
}
