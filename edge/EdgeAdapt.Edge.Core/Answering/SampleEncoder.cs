using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Brings selected frames into the form that travels. Thread safe. Dispose it when no call is under way.</summary>
/// <param name="encoder">Encodes PNG; not disposed.</param>
internal sealed class SampleEncoder(ImageEncoder encoder) : IDisposable
{
    private readonly Lazy<PixelDecoder> _decoder = new(() => new PixelDecoder());

    /// <summary>A frame as content and its type.</summary>
    /// <param name="frame">Pixels, or a file that was decoded before.</param>
    /// <param name="format">The form.</param>
    /// <param name="quality">Of JPEG, 1 to 100.</param>
    public (string ContentType, ReadOnlyMemory<byte> Content) Encode(Frame frame, SampleFormat format, int quality)
    {
        if (frame.IsPixels)
        {
            return EncodePixels(frame.Bytes, frame.Height, frame.Width, format, quality);
        }

        ImageKind kind = ImageContent.KindOf(frame.Bytes.Span);
        (string, ReadOnlyMemory<byte>) original = (ImageContent.ContentTypeOf(kind)!, frame.Bytes);
        if (format is SampleFormat.Auto or SampleFormat.Original || (format, kind) is (SampleFormat.Png, ImageKind.Png))
        {
            return original;
        }

        // A file that was answered decodes; where memory is short just now, the original is better than nothing.
        DecodedImage image = _decoder.Value.Decode(frame.Bytes);
        if (image.Status != ImageStatus.Ready)
        {
            return original;
        }

        (string ContentType, ReadOnlyMemory<byte> Content) encoded = EncodePixels(image.Pixels, image.Height, image.Width, format, quality);
        return (format, kind) is (SampleFormat.Jpeg, ImageKind.Jpeg) && frame.Bytes.Length <= encoded.Content.Length ? original : encoded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_decoder.IsValueCreated)
        {
            _decoder.Value.Dispose();
        }
    }

    private (string ContentType, ReadOnlyMemory<byte> Content) EncodePixels(ReadOnlyMemory<byte> pixels, int height, int width, SampleFormat format, int quality)
    {
        (string ContentType, ReadOnlyMemory<byte> Content) Png() => (ImageContent.Png, encoder.EncodePng(pixels, height, width));
        (string ContentType, ReadOnlyMemory<byte> Content) Jpeg() => (ImageContent.Jpeg, ImageEncoder.EncodeJpeg(pixels.Span, height, width, quality));
        return format switch
        {
            SampleFormat.Png => Png(),
            SampleFormat.Jpeg => Jpeg(),
            SampleFormat.Raw => Raw(pixels, height, width),

            // Noise does not compress, and a PNG of a few pixels is mostly headers.
            SampleFormat.Original => OrRaw(Png(), pixels, height, width),
            _ => OrRaw(Smaller(Png(), Jpeg()), pixels, height, width),
        };
    }

    private static (string, ReadOnlyMemory<byte>) Raw(ReadOnlyMemory<byte> pixels, int height, int width) =>
        (ImageContent.NpyFrame, NpyFile.ToBytes(NpyArray.Of(pixels.ToArray(), height, width, 3)));

    // Of equals the first: lossless before lossy.
    private static (string, ReadOnlyMemory<byte>) Smaller((string, ReadOnlyMemory<byte> Content) first, (string, ReadOnlyMemory<byte> Content) second) =>
        second.Content.Length < first.Content.Length ? second : first;

    // Raw is never smaller than its pixels; nearly always that settles it.
    private static (string, ReadOnlyMemory<byte>) OrRaw((string, ReadOnlyMemory<byte> Content) form, ReadOnlyMemory<byte> pixels, int height, int width) =>
        form.Content.Length <= pixels.Length ? form : Smaller(form, Raw(pixels, height, width));
}
