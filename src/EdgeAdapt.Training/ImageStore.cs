using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training;

/// <summary>Labelled images held in memory as bytes, and the normalized batches made of them. Immutable.</summary>
public sealed class ImageStore
{
    private readonly byte[] _pixels;
    private readonly int[] _labels;
    private readonly float[][] _levels;
    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;

    /// <summary>Reads images.</summary>
    /// <param name="images">The images; may be disposed afterwards.</param>
    /// <param name="normalization">How pixels become numbers; one entry a channel.</param>
    /// <param name="limit">How many images are read, spread evenly over the set; null for all.</param>
    /// <exception cref="DatasetException">An image cannot be read, or the channels differ.</exception>
    public ImageStore(ILabeledImages images, Normalization normalization, int? limit = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(normalization);
        if (normalization.Channels != images.Channels)
        {
            throw new DatasetException($"The images have {images.Channels} channels and {normalization.Channels} means are given. Give --mean and --std with one number a channel.");
        }

        (_channels, _height, _width) = (images.Channels, images.Height, images.Width);
        int count = Math.Min(limit ?? images.Count, images.Count);
        _pixels = new byte[(long)count * ImageLength];
        _labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            int index = (int)((long)i * images.Count / count);
            images.Read(index, _pixels.AsSpan(i * ImageLength, ImageLength));
            _labels[i] = images.Labels.Span[index];
        }

        _levels = [.. Enumerable.Range(0, _channels).Select(normalization.Levels)];
        Classes = images.ClassNames.Count;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(_pixels), .. MemoryMarshal.AsBytes<int>(_labels)]));
    }

    /// <summary>The number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>SHA-256 of pixels and labels, hexadecimal: the same for the same images.</summary>
    internal string Fingerprint { get; }

    /// <summary>C, H, W.</summary>
    public IReadOnlyList<int> Shape => [_channels, _height, _width];

    private int ImageLength => _channels * _height * _width;

    /// <summary>Classes of the images given.</summary>
    public int[] Labels(ReadOnlySpan<int> indices)
    {
        int[] labels = new int[indices.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = _labels[indices[i]];
        }

        return labels;
    }

    /// <summary>A normalized batch <c>[N, C, H, W]</c>.</summary>
    /// <param name="indices">Which images.</param>
    /// <param name="options">What is done to them where <paramref name="random"/> is given.</param>
    /// <param name="random">Numbers for the augmentation; null for none.</param>
    public FloatTensor Batch(ReadOnlySpan<int> indices, TrainingOptions options, Random? random)
    {
        ArgumentNullException.ThrowIfNull(options);
        float[] values = new float[indices.Length * ImageLength];
        var distortion = new PictureDistortion(random is null ? Distortions.None : options.Distortions, _channels, _height, _width);
        for (int i = 0; i < indices.Length; i++)
        {
            bool mirrored = random is not null && options.Flip && random.Next(2) == 1;
            int pad = random is null ? 0 : options.CropPadding;
            int down = pad > 0 ? random!.Next((2 * pad) + 1) - pad : 0;
            int right = pad > 0 ? random!.Next((2 * pad) + 1) - pad : 0;
            Span<float> picture = values.AsSpan(i * ImageLength, ImageLength);
            Place(_pixels.AsSpan(indices[i] * ImageLength, ImageLength), picture, mirrored, down, right);
            if (random is not null && options.Distortions != Distortions.None)
            {
                Rescale(picture, fromLevels: true);
                distortion.Apply(picture, random);
                Rescale(picture, fromLevels: false);
            }
        }

        return new FloatTensor(values, indices.Length, _channels, _height, _width);
    }

    /// <summary>From normalized values to 0 … 1, or back.</summary>
    private void Rescale(Span<float> picture, bool fromLevels)
    {
        int plane = _height * _width;
        for (int c = 0; c < _channels; c++)
        {
            (float black, float white) = (_levels[c][0], _levels[c][^1]);
            foreach (ref float value in picture.Slice(c * plane, plane))
            {
                value = fromLevels ? (value - black) / (white - black) : black + (value * (white - black));
            }
        }
    }

    private void Place(ReadOnlySpan<byte> pixels, Span<float> target, bool mirrored, int down, int right)
    {
        for (int c = 0; c < _channels; c++)
        {
            float[] levels = _levels[c];
            for (int y = 0; y < _height; y++)
            {
                for (int x = 0; x < _width; x++)
                {
                    int fromY = y + down;
                    int fromX = (mirrored ? _width - 1 - x : x) + right;
                    bool inside = fromY >= 0 && fromY < _height && fromX >= 0 && fromX < _width;
                    target[(((c * _height) + y) * _width) + x] = levels[inside ? pixels[(((fromY * _width) + fromX) * _channels) + c] : 0];
                }
            }
        }
    }
}
