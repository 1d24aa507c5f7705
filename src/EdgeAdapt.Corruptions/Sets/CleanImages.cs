using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions;

/// <summary>
/// The first images of a set, kept in memory where they fit: every file reads all of them again, and decoding a JPEG
/// folder twenty times would take longer than the corruptions.
/// </summary>
internal sealed class CleanImages
{
    private const long LargestKept = 1 << 29;
    private readonly ILabeledImages _images;
    private readonly byte[]?[]? _kept;

    public CleanImages(ILabeledImages images, int count)
    {
        (_images, Count) = (images, count);
        _kept = (long)count * Length <= LargestKept ? new byte[count][] : null;
    }

    public int Count { get; }

    public int Height => _images.Height;

    public int Width => _images.Width;

    public int Channels => _images.Channels;

    /// <summary>Values in one image.</summary>
    public int Length => Height * Width * Channels;

    /// <summary>Copies one image; from any thread.</summary>
    public void Read(int index, byte[] image)
    {
        if (_kept?[index] is { } kept)
        {
            kept.CopyTo(image, 0);
            return;
        }

        _images.Read(index, image);
        if (_kept is not null)
        {
            // Two threads may both read it once; they store the same pixels.
            _kept[index] = [.. image];
        }
    }
}
