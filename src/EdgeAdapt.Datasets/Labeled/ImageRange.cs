namespace EdgeAdapt.Datasets;

/// <summary>Consecutive images of a larger set, for example one severity out of a published CIFAR-10-C file. Owns the larger set.</summary>
public sealed class ImageRange : ILabeledImages
{
    private readonly ILabeledImages _whole;
    private readonly int _first;

    /// <summary>Takes a part of a set.</summary>
    /// <param name="whole">The set; disposed with the range.</param>
    /// <param name="first">Index of the first image.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or leaves the set.</exception>
    public ImageRange(ILabeledImages whole, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, whole.Count - first);
        (_whole, _first, Labels) = (whole, first, whole.Labels.Slice(first, count));
    }

    /// <inheritdoc/>
    public int Count => Labels.Length;

    /// <inheritdoc/>
    public int Height => _whole.Height;

    /// <inheritdoc/>
    public int Width => _whole.Width;

    /// <inheritdoc/>
    public int Channels => _whole.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _whole.ClassNames;

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Labels { get; }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> nhwc)
    {
        LabelRules.CheckRead(this, index, nhwc.Length);
        _whole.Read(_first + index, nhwc);
    }

    /// <inheritdoc/>
    public void Dispose() => _whole.Dispose();
}
