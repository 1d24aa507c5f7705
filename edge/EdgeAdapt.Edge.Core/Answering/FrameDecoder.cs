using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Brings frames into the form that the model takes, and selected ones into the form that travels. Thread safe but for <see cref="Encode"/>.</summary>
/// <param name="manifest">The model's input.</param>
/// <param name="upload">The form that travels; null for the default.</param>
internal sealed class FrameDecoder(ModelManifest manifest, UploadOptions? upload = null) : IDisposable
{
    private const int MostShownPixels = 2_000_000;
    private readonly ImagePreprocessor _preprocessor = new(manifest);
    private readonly ImageEncoder _encoder = new();
    private SampleEncoder? _samples;
    private volatile UploadOptions _upload = upload ?? new UploadOptions();

    /// <summary><c>[C, H, W]</c> of what <see cref="Decode"/> returns.</summary>
    public IReadOnlyList<int> ImageShape { get; } = [3, manifest.Height, manifest.Width];

    /// <summary>The model's input, or why there is none. Never throws for what a frame holds.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="values">Receives the input, the product of <see cref="ImageShape"/> in number, and is what is returned; null for an array of its own.</param>
    public PreprocessedImage Decode(Frame frame, float[]? values = null)
    {
        if (frame.Fault is { } fault)
        {
            return new PreprocessedImage(ImageStatus.Empty, [], fault);
        }

        return frame.IsPixels
            ? _preprocessor.PreprocessFrame(frame.Bytes, frame.Height, frame.Width, 3, values)
            : _preprocessor.Preprocess(frame.Bytes, values);
    }

    /// <summary>What is uploaded of a decoded frame, by the newest options. For one thread, that of the outbox.</summary>
    public (string ContentType, ReadOnlyMemory<byte> Content) Encode(Frame frame)
    {
        UploadOptions options = _upload;
        return (_samples ??= new SampleEncoder(_encoder)).Encode(frame, options.Format, options.Quality);
    }

    /// <summary>Uploads in another form from the next sample on.</summary>
    public void Change(UploadOptions options) => _upload = options;

    /// <summary>A frame as a picture that a browser shows: a file as it is, pixels as PNG, and where there are none, or too many to encode in passing, the model's input.</summary>
    public (string ContentType, ReadOnlyMemory<byte> Content) ToPicture(AnsweredFrame answered)
    {
        Frame frame = answered.Frame;
        if (!frame.IsPixels && !frame.Bytes.IsEmpty)
        {
            return (ImageContent.ContentTypeOf(ImageContent.KindOf(frame.Bytes.Span))!, frame.Bytes);
        }

        return (ImageContent.Png, frame.IsPixels && (long)frame.Height * frame.Width <= MostShownPixels
            ? _encoder.EncodePng(frame.Bytes, frame.Height, frame.Width)
            : _encoder.EncodePng(new PixelForm(manifest.Normalization, manifest.Height, manifest.Width).ToPixels(answered.Image), manifest.Height, manifest.Width));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _preprocessor.Dispose();
        _samples?.Dispose();
        _encoder.Dispose();
    }
}
