using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Protocol;
using EdgeAdapt.Imaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server;

/// <summary>
/// Turns the input tensor of a request into the model's input: FP32 <c>[N, C, H, W]</c> as it is, UINT8 <c>[N, h, w, 3]</c> and BYTES <c>[N]</c> (JPEG
/// or PNG files) as the agent's own frames are. The native decoder sees a file only behind the checks of <see cref="DeviceModel.Decode"/>.
/// </summary>
internal sealed class ImageReader(DeviceModel model, ILogger logger) : IDisposable
{
    private const int LongestSide = 16_384;
    private readonly PictureRange _range = new(model.Manifest);
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);
    private int _outOfRange;

    /// <summary>Checks everything about a request's input that its header says.</summary>
    /// <returns>The tensor; its first dimension is the number of images.</returns>
    /// <exception cref="RequestException">The model does not take it.</exception>
    public RequestTensor Find(InferenceRequest request)
    {
        string name = model.Signature.InputName;
        if (request.Inputs.Count != 1 || request.Inputs[0].Name != name)
        {
            throw RequestException.Bad(
                $"The request has the inputs {(request.Inputs.Count == 0 ? "none" : string.Join(", ", request.Inputs.Select(i => i.Description)))}. Give one, '{name}'.");
        }

        RequestTensor tensor = request.Inputs[0];
        IReadOnlyList<int> image = model.ImageShape;
        bool fits = (tensor.Datatype, tensor.Shape) switch
        {
            (TensorDatatypes.Float32, [_, var c, var h, var w]) => c == image[0] && h == image[1] && w == image[2],
            (TensorDatatypes.UInt8, [_, >= 1 and <= LongestSide, >= 1 and <= LongestSide, 3]) => true,
            (TensorDatatypes.Bytes, [_] or [_, 1]) => true,
            _ => false,
        };
        return fits && tensor.Shape[0] > 0
            ? tensor
            : throw RequestException.Bad(
                $"The model does not take {tensor.Description}. Send FP32 [N, {string.Join(", ", image)}], UINT8 [N, height, width, 3] up to {LongestSide} pixels a side, or BYTES [N] of JPEG or PNG files; N at least 1.");
    }

    /// <summary>Reads the images.</summary>
    /// <exception cref="RequestException">The contents do not fit, or an image cannot be decoded.</exception>
    public async Task<RequestImage[]> ReadAsync(RequestTensor tensor, CancellationToken cancellationToken)
    {
        if (tensor.Datatype == TensorDatatypes.Float32)
        {
            float[] values = TensorReader.Floats(tensor);
            var noFrame = new Frame { Name = "request" };
            return [.. values.Chunk(values.Length / (int)tensor.Shape[0]).Select(image => new RequestImage(noFrame, image) { IsOutOfRange = !IsPicture(image) })];
        }

        Frame[] frames = tensor.Datatype == TensorDatatypes.Bytes
            ? [.. TensorReader.Elements(tensor).Select((bytes, i) => new Frame { Name = $"request[{i}]", Bytes = bytes })]
            : [.. TensorReader.Bytes(tensor).Chunk(tensor.Count / (int)tensor.Shape[0]).Select((bytes, i) =>
                new Frame { Name = $"request[{i}]", Bytes = bytes, Height = (int)tensor.Shape[1], Width = (int)tensor.Shape[2] })];
        RequestImage[] images = new RequestImage[frames.Length];
        for (int i = 0; i < frames.Length; i++)
        {
            images[i] = new RequestImage(frames[i], await DecodeAsync(tensor, frames[i], i, cancellationToken).ConfigureAwait(false));
        }

        return images;
    }

    /// <inheritdoc/>
    public void Dispose() => _decoding.Dispose();

    private bool IsPicture(float[] image)
    {
        if (_range.Contains(image))
        {
            return true;
        }

        if (Interlocked.Exchange(ref _outOfRange, 1) == 0)
        {
            ServerLog.OutOfRange(logger);
        }

        return false;
    }

    private async Task<float[]> DecodeAsync(RequestTensor tensor, Frame frame, int index, CancellationToken cancellationToken)
    {
        // A picture of 50 million pixels takes 150 MB while it is decoded: a hundred clients must not do that at once.
        await _decoding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PreprocessedImage image = model.Decode(frame);
            return image.IsReady ? image.Values : throw RequestException.Bad($"Image {index} of {tensor.Description}: {image.Fault}");
        }
        finally
        {
            _decoding.Release();
        }
    }
}
