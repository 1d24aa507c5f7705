namespace EdgeAdapt.Corruptions;

/// <summary>
/// What comes back from a baseline JPEG file (ITU-T T.81, JFIF colours, 4:2:0). The entropy coding is left out: it has no
/// loss, so that it would change no pixel.
/// </summary>
internal static class JpegRoundTrip
{
    private const int Unit = 16;

    /// <summary>Encodes and decodes.</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="quality">1 to 100, as libjpeg counts.</param>
    /// <param name="result">Receives uint8 <c>[H, W, 3]</c>.</param>
    public static void Apply(byte[] pixels, int height, int width, int quality, Span<byte> result)
    {
        int rows = (height + Unit - 1) / Unit * Unit, columns = (width + Unit - 1) / Unit * Unit;
        JpegPlane luma = JpegPlane.Of(rows, columns), blue = JpegPlane.Of(rows, columns), red = JpegPlane.Of(rows, columns);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                int from = ((Math.Min(y, height - 1) * width) + Math.Min(x, width - 1)) * Canvas.Channels, to = (y * columns) + x;
                (float r, float g, float b) = (pixels[from], pixels[from + 1], pixels[from + 2]);
                luma.Samples[to] = MathF.Floor((0.299f * r) + (0.587f * g) + (0.114f * b) + 0.5f);
                blue.Samples[to] = MathF.Floor((-0.168735892f * r) - (0.331264108f * g) + (0.5f * b) + 128.49999f);
                red.Samples[to] = MathF.Floor((0.5f * r) - (0.418687589f * g) - (0.081312411f * b) + 128.49999f);
            }
        }

        JpegPlane smallBlue = blue.Halved(), smallRed = red.Halved();
        luma.Quantize(QuantizationTables.Luma(quality));
        smallBlue.Quantize(QuantizationTables.Chroma(quality));
        smallRed.Quantize(QuantizationTables.Chroma(quality));
        Decode(luma, ChromaUpsampling.Apply(smallBlue, height, width), ChromaUpsampling.Apply(smallRed, height, width), height, width, result);
    }

    private static void Decode(JpegPlane luma, float[] blue, float[] red, int height, int width, Span<byte> result)
    {
        for (int i = 0; i < height * width; i++)
        {
            float y = luma.Samples[(i / width * luma.Columns) + (i % width)], cb = blue[i] - 128, cr = red[i] - 128;
            result[3 * i] = Round(y + (1.402f * cr));
            result[(3 * i) + 1] = Round(y - (0.344136286f * cb) - (0.714136286f * cr));
            result[(3 * i) + 2] = Round(y + (1.772f * cb));
        }
    }

    private static byte Round(float value) => (byte)Math.Clamp(MathF.Floor(value + 0.5f), 0, 255);
}
