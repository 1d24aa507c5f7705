using EdgeAdapt.Imaging;

namespace EdgeAdapt.Corruptions;

/// <summary>
/// What comes back from a baseline JPEG file (ITU-T T.81, JFIF colours, 4:2:0). The entropy coding is left out: it has no
/// loss, so that it would change no pixel.
/// </summary>
internal static class JpegRoundTrip
{
    /// <summary>Encodes and decodes.</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="quality">1 to 100, as libjpeg counts.</param>
    /// <param name="result">Receives uint8 <c>[H, W, 3]</c>.</param>
    public static void Apply(byte[] pixels, int height, int width, int quality, Span<byte> result)
    {
        (JpegPlane luma, JpegPlane blue, JpegPlane red) = JpegColors.ToPlanes(pixels, height, width);
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
