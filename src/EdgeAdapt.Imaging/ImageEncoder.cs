using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Imaging;

/// <summary>Encodes pixels as PNG (lossless) or JPEG. Thread safe. Dispose it when no call is under way.</summary>
public sealed class ImageEncoder : IDisposable
{
    /// <summary>The largest height and width that is encoded. The native encoder ends the process for a larger JPEG.</summary>
    public const int MaximumSide = 65_500;

    private readonly InferenceSession _png = PreprocessingGraph.Load(PreprocessingGraph.Encode("png"));
    private readonly InferenceSession _jpeg = PreprocessingGraph.Load(PreprocessingGraph.Encode("jpg"));
    private readonly RunOptions _run = new();

    /// <summary>Encodes pixels without loss.</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>, red first.</param>
    /// <param name="height">H in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">W in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <returns>The bytes of a PNG file.</returns>
    /// <exception cref="ArgumentException">The number of pixel values is not H·W·3.</exception>
    public byte[] EncodePng(ReadOnlyMemory<byte> pixels, int height, int width) => Encode(_png, pixels, height, width);

    /// <summary>Encodes pixels as JPEG at the quality that ONNX Runtime Extensions fixes (95).</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>, red first.</param>
    /// <param name="height">H in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">W in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="ArgumentException">The number of pixel values is not H·W·3.</exception>
    public byte[] EncodeJpeg(ReadOnlyMemory<byte> pixels, int height, int width) => Encode(_jpeg, pixels, height, width);

    /// <summary>
    /// Encodes pixels as baseline JPEG, colours at half the resolution, with Huffman codes made for the picture. The same bytes for the same pixels on every machine
    /// whose floating point follows IEEE 754.
    /// </summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>, red first.</param>
    /// <param name="height">H in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">W in pixels, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="quality">1 (smallest) to 100, as libjpeg counts.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="ArgumentException">The number of pixel values is not H·W·3.</exception>
    public static byte[] EncodeJpeg(ReadOnlySpan<byte> pixels, int height, int width, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        Check(pixels.Length, height, width);
        return JpegEncoder.Encode(pixels, height, width, quality);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _png.Dispose();
        _jpeg.Dispose();
        _run.Dispose();
    }

    private byte[] Encode(InferenceSession session, ReadOnlyMemory<byte> pixels, int height, int width)
    {
        Check(pixels.Length, height, width);
        using OrtValue input = PixelTensor.Of(pixels, height, width, 3);
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(_run, [PreprocessingGraph.Input], [input], [PreprocessingGraph.Output]);
        return results[0].GetTensorDataAsSpan<byte>().ToArray();
    }

    private static void Check(int length, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaximumSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaximumSide);
        if (length != (long)height * width * 3)
        {
            throw new ArgumentException($"{length} pixel values are no image of {height} x {width} x 3.", nameof(length));
        }
    }
}
