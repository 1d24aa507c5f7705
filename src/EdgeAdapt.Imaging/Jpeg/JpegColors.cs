using System.Runtime.CompilerServices;

namespace EdgeAdapt.Imaging;

/// <summary>The components that JFIF (ITU-T T.871) makes of red, green and blue, in units of 16 x 16 pixels, rounded as libjpeg does.</summary>
internal static class JpegColors
{
    private const int Channels = 3;
    private const int Unit = 16;

    /// <summary>Brightness and both colour components at the size of the image, padded to whole units by repeating the last column and row.</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>, red first.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    [MethodImpl(JpegEncoder.Hot)]
    public static (JpegPlane Luma, JpegPlane Blue, JpegPlane Red) ToPlanes(ReadOnlySpan<byte> pixels, int height, int width)
    {
        int rows = (height + Unit - 1) / Unit * Unit, columns = (width + Unit - 1) / Unit * Unit;
        JpegPlane luma = JpegPlane.Of(rows, columns), blue = JpegPlane.Of(rows, columns), red = JpegPlane.Of(rows, columns);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice(y * width * Channels, width * Channels);
            Span<float> lumaRow = luma.Row(y), blueRow = blue.Row(y), redRow = red.Row(y);
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> pixel = row.Slice(x * Channels, Channels);
                (float r, float g, float b) = (pixel[0], pixel[1], pixel[2]);
                lumaRow[x] = MathF.Floor((0.299f * r) + (0.587f * g) + (0.114f * b) + 0.5f);
                blueRow[x] = MathF.Floor((-0.168735892f * r) - (0.331264108f * g) + (0.5f * b) + 128.49999f);
                redRow[x] = MathF.Floor((0.5f * r) - (0.418687589f * g) - (0.081312411f * b) + 128.49999f);
            }
        }

        foreach (JpegPlane plane in (ReadOnlySpan<JpegPlane>)[luma, blue, red])
        {
            plane.Pad(height, width);
        }

        return (luma, blue, red);
    }
}
