using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli;

/// <summary>
/// Images whose classes do not matter, as a model's input: a NumPy file of pixels or of preprocessed values, or whatever else <see cref="LabeledImages"/> opens.
/// </summary>
internal sealed class SampleImages : IDisposable
{
    private readonly NpyFrameReader? _reader;
    private readonly ILabeledImages? _images;
    private readonly Normalization _normalization;
    private readonly long _all;

    private SampleImages(NpyFrameReader? reader, ILabeledImages? images, Normalization normalization, int? limit)
    {
        (_reader, _images, _normalization, _all) = (reader, images, normalization, reader?.Count ?? images!.Count);
        Count = (int)Math.Min(_all, limit ?? int.MaxValue);
    }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Opens a file or folder; the caller disposes the images.</summary>
    /// <param name="path">What to open. Where it holds training and test images, those of training are taken.</param>
    /// <param name="input">Size to bring encoded pictures to; null where all have one size.</param>
    /// <param name="normalization">Gives mean and deviation for pixels; not called for preprocessed values.</param>
    /// <param name="limit">So many images at most, evenly spread: folders come class by class.</param>
    /// <exception cref="DatasetException">It cannot be read.</exception>
    /// <exception cref="UsageException">The images have another number of channels than the normalization.</exception>
    public static SampleImages Open(string path, ModelManifest? input, Func<Normalization> normalization, int? limit)
    {
        NpyFrameReader? reader = null;
        ILabeledImages? images = null;
        try
        {
            if (File.Exists(path) && path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            {
                reader = NpyFrameReader.Open(path);
            }
            else
            {
                images = LabeledImages.Open(path, DatasetSplit.Train, input);
            }

            Normalization used = reader is { IsPixels: false } ? Normalization.ImageNet : normalization();
            int channels = reader?.Channels ?? images!.Channels;
            return reader is { IsPixels: false } || channels == used.Channels
                ? new SampleImages(reader, images, used, limit)
                : throw new UsageException($"The samples have {channels} channels, but --mean and --std are given for {used.Channels}.");
        }
        catch
        {
            reader?.Dispose();
            images?.Dispose();
            throw;
        }
    }

    /// <summary>Consecutive images as a batch <c>[n, C, H, W]</c>.</summary>
    /// <param name="first">From 0 and below <see cref="Count"/>.</param>
    /// <param name="count">n; fewer where the images end.</param>
    public FloatTensor Read(int first, int count)
    {
        FloatTensor[] images = [.. Enumerable.Range(first, Math.Min(count, Count - first)).Select(i => Read(i * _all / Count))];
        return FloatTensor.Stack([.. images.Select(i => i.Values)], images[0].Shape[1..]);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _images?.Dispose();
    }

    private FloatTensor Read(long index)
    {
        if (_reader is not null)
        {
            return _reader.ReadTensor(index, 1, _normalization);
        }

        byte[] pixels = new byte[_images!.Height * _images.Width * _images.Channels];
        _images.Read((int)index, pixels);
        return Frames.ToTensor(pixels, 1, _images.Height, _images.Width, _images.Channels, _normalization);
    }
}
