namespace EdgeAdapt.Datasets;

/// <summary>
/// Images of one size with a class each, read one by one as they are needed. Reads may come from several threads at once.
/// Dispose it when no read is under way.
/// </summary>
public interface ILabeledImages : IDisposable
{
    /// <summary>N, the number of images; at least 1.</summary>
    int Count { get; }

    /// <summary>H in pixels.</summary>
    int Height { get; }

    /// <summary>W in pixels.</summary>
    int Width { get; }

    /// <summary>C: 3 (RGB, red first) or 1 (grey).</summary>
    int Channels { get; }

    /// <summary>The name of each class in the order of their numbers; the numbers themselves where the data has no names.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of each of the N images, from 0 and below the number of <see cref="ClassNames"/>.</summary>
    ReadOnlyMemory<int> Labels { get; }

    /// <summary>Copies the pixels of one image.</summary>
    /// <param name="index">From 0 and below <see cref="Count"/>.</param>
    /// <param name="nhwc">Receives uint8 <c>[H, W, C]</c>; its length is H·W·C.</param>
    /// <exception cref="ArgumentException">The index or the length does not fit.</exception>
    /// <exception cref="DatasetException">The image cannot be read; the message names it and the remedy.</exception>
    void Read(int index, Span<byte> nhwc);
}
