using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Decodes JPEG and PNG to pixels, at their own size or brought to that of a model's input (linear, antialiased). Bytes that
/// are no usable image are an outcome, not an exception. Thread safe. Dispose it when no call is under way.
/// </summary>
public sealed class PixelDecoder : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly ImageLimits _limits;
    private readonly ModelManifest? _input;

    /// <summary>Builds and loads the graph.</summary>
    /// <param name="input">Size and crop to bring images to; null keeps each at its own size.</param>
    /// <param name="limits">The largest images to decode; null for the defaults.</param>
    public PixelDecoder(ModelManifest? input = null, ImageLimits? limits = null)
    {
        _limits = limits ?? ImageLimits.Default;
        _input = input;
        _session = PreprocessingGraph.Load(PreprocessingGraph.DecodePixels(input));
    }

    /// <summary>Decodes one image.</summary>
    /// <param name="image">A JPEG or PNG; alpha is ignored, grey becomes three equal channels.</param>
    /// <returns>The pixels, or why there are none. Never throws for the bytes it is given.</returns>
    public DecodedImage Decode(ReadOnlyMemory<byte> image)
    {
        ImageCheck check = ImageContent.Check(image.Span, _limits);
        if (check.Status != ImageStatus.Ready)
        {
            return DecodedImage.Refuse(check.Status, check.Fault);
        }

        if (_input is not null && _limits.FaultOfResizing(_input, check.Height, check.Width) is { } fault)
        {
            return DecodedImage.Refuse(ImageStatus.TooLarge, fault);
        }

        try
        {
            using OrtValue input = PixelTensor.Of(image, image.Length);
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, [PreprocessingGraph.Input], [input], [PreprocessingGraph.Output]);
            long[] shape = results[0].GetTensorTypeAndShape().Shape;
            return new DecodedImage(ImageStatus.Ready, ChannelsLast(results[0].GetTensorDataAsSpan<byte>()), (int)shape[1], (int)shape[2], string.Empty);
        }
        catch (OnnxRuntimeException e)
        {
            return DecodedImage.Refuse(ImageStatus.Corrupt, $"The image cannot be decoded: {e.Message} Encode it again.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private static byte[] ChannelsLast(ReadOnlySpan<byte> planes)
    {
        byte[] pixels = new byte[planes.Length];
        int plane = planes.Length / 3;
        for (int i = 0; i < plane; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (planes[i], planes[plane + i], planes[(2 * plane) + i]);
        }

        return pixels;
    }
}
