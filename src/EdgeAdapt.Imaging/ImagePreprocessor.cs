using EdgeAdapt.Datasets;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Turns an encoded image, or the pixels of a camera frame, into the input of a model: decode → resize the shorter side
/// (linear, antialiased) → cut out the centre → / 255 → mean and standard deviation → <c>[3, H, W]</c>, all in one ONNX
/// graph made from the model's manifest. Bytes that are no usable image are an outcome, not an exception.
/// Thread safe. Dispose it when no call is under way.
/// </summary>
public sealed class ImagePreprocessor : IDisposable
{
    private readonly InferenceSession _encoded;
    private readonly InferenceSession _pixels;
    private readonly RunOptions _run = new();
    private readonly ImageLimits _limits;

    /// <summary>Builds and loads the graphs.</summary>
    /// <param name="manifest">What the model's input looks like.</param>
    /// <param name="limits">The largest images to decode; null for the defaults.</param>
    /// <exception cref="ArgumentException">The manifest contradicts itself; one that was loaded from a file does not.</exception>
    public ImagePreprocessor(ModelManifest manifest, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Height < 1 || manifest.Width < 1 || manifest.Resize < Math.Max(manifest.Height, manifest.Width) || manifest.Normalization.Channels != 3)
        {
            throw new ArgumentException(
                $"No {manifest.Height} x {manifest.Width} can be cut out of a shorter side of {manifest.Resize}, or mean and deviation are not those of 3 channels.",
                nameof(manifest));
        }

        Manifest = manifest;
        _limits = limits ?? ImageLimits.Default;
        _encoded = PreprocessingGraph.Load(PreprocessingGraph.Preprocess(manifest, decode: true));
        _pixels = PreprocessingGraph.Load(PreprocessingGraph.Preprocess(manifest, decode: false));
    }

    /// <summary>What the model's input looks like.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Values in one preprocessed image: 3·H·W.</summary>
    public int SampleLength => 3 * Manifest.Height * Manifest.Width;

    /// <summary>Decodes and preprocesses one image. What kind of image it is shows in its first bytes.</summary>
    /// <param name="image">A JPEG, a PNG (alpha is ignored), or a .npy file of one uint8 frame <c>[h, w, 1 or 3]</c>.</param>
    /// <param name="values">Receives the model input, <see cref="SampleLength"/> values, and is what is returned; null for an array of its own.</param>
    /// <returns>The model input, or why there is none. Never throws for the bytes it is given.</returns>
    public PreprocessedImage Preprocess(ReadOnlyMemory<byte> image, float[]? values = null)
    {
        if (ImageContent.KindOf(image.Span) == ImageKind.NpyFrame)
        {
            return PreprocessNpy(image, values);
        }

        ImageCheck check = ImageContent.Check(image.Span, _limits);
        if (check.Status != ImageStatus.Ready)
        {
            return PreprocessedImage.Refuse(check.Status, check.Fault);
        }

        if (SizeFault(check.Height, check.Width) is { } fault)
        {
            return PreprocessedImage.Refuse(ImageStatus.TooLarge, fault);
        }

        try
        {
            return Run(_encoded, image, values, image.Length);
        }
        catch (OnnxRuntimeException e)
        {
            return PreprocessedImage.Refuse(ImageStatus.Corrupt, $"The image cannot be decoded: {e.Message} Encode it again.");
        }
    }

    /// <summary>Why a picture of this size is not preprocessed, or null: one that is very narrow would take the device's memory when it is resized.</summary>
    public string? SizeFault(int height, int width) => _limits.FaultOfResizing(Manifest, height, width);

    /// <summary>Preprocesses the pixels of one frame, as <see cref="PreprocessPixels"/> does.</summary>
    /// <param name="pixels">uint8 <c>[h, w, c]</c>, red first where c is 3.</param>
    /// <param name="height">h in pixels, at least 1.</param>
    /// <param name="width">w in pixels, at least 1.</param>
    /// <param name="channels">c: 3, or 1 for grey.</param>
    /// <param name="values">Receives the model input, <see cref="SampleLength"/> values, and is what is returned; null for an array of its own.</param>
    /// <returns>The model input, or why there is none: there is a <see cref="SizeFault"/>, or the memory for it is not there now.</returns>
    /// <exception cref="ArgumentException">The number of pixel values does not fit the dimensions.</exception>
    public PreprocessedImage PreprocessFrame(ReadOnlyMemory<byte> pixels, int height, int width, int channels, float[]? values = null)
    {
        if (SizeFault(height, width) is { } fault)
        {
            return PreprocessedImage.Refuse(ImageStatus.TooLarge, fault);
        }

        try
        {
            return PreprocessedImage.Of(PreprocessPixels(pixels, height, width, channels, values));
        }
        catch (OnnxRuntimeException e)
        {
            return PreprocessedImage.Refuse(ImageStatus.TooLarge, $"The frame of {height} x {width} pixels cannot be brought to the model's input: {e.Message} Send smaller ones, or give the device more memory.");
        }
    }

    /// <summary>Preprocesses the pixels of one frame.</summary>
    /// <param name="pixels">uint8 <c>[h, w, c]</c>, red first where c is 3.</param>
    /// <param name="height">h in pixels, at least 1.</param>
    /// <param name="width">w in pixels, at least 1.</param>
    /// <param name="channels">c: 3, or 1 for grey.</param>
    /// <param name="values">Receives the model input, <see cref="SampleLength"/> values, and is what is returned; null for an array of its own.</param>
    /// <returns>Model input <c>[3, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">The number of pixel values does not fit the dimensions, or there is a <see cref="SizeFault"/>.</exception>
    public float[] PreprocessPixels(ReadOnlyMemory<byte> pixels, int height, int width, int channels, float[]? values = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3) || pixels.Length != (long)height * width * channels)
        {
            throw new ArgumentException($"{pixels.Length} pixel values are no frame of {height} x {width} x {channels} (1 or 3 channels).", nameof(pixels));
        }

        if (SizeFault(height, width) is { } fault)
        {
            throw new ArgumentException(fault, nameof(pixels));
        }

        return Run(_pixels, pixels, values, height, width, channels).Values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoded.Dispose();
        _pixels.Dispose();
        _run.Dispose();
    }

    private PreprocessedImage PreprocessNpy(ReadOnlyMemory<byte> file, float[]? values)
    {
        NpyArray array;
        try
        {
            array = NpyFile.Parse(file, "frame");
        }
        catch (NpyFormatException e)
        {
            return PreprocessedImage.Refuse(ImageStatus.Corrupt, e.Message);
        }

        return array is { ElementType: NpyElementType.UInt8, Shape: [> 0 and var height, > 0 and var width, 1 or 3] }
            ? PreprocessFrame(array.Bytes, (int)height, (int)width, (int)array.Shape[2], values)
            : PreprocessedImage.Refuse(
                ImageStatus.Corrupt,
                $"The frame holds {array.ElementType} [{string.Join(", ", array.Shape)}]; send uint8 [height, width, 1 or 3].");
    }

    private PreprocessedImage Run(InferenceSession session, ReadOnlyMemory<byte> bytes, float[]? values, params long[] shape)
    {
        using OrtValue input = PixelTensor.Of(bytes, shape);
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(_run, [PreprocessingGraph.Input], [input], [PreprocessingGraph.Output]);
        values ??= new float[SampleLength];
        results[0].GetTensorDataAsSpan<float>().CopyTo(values);
        return PreprocessedImage.Of(values);
    }
}
