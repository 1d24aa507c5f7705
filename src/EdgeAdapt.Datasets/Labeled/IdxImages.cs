namespace EdgeAdapt.Datasets;

/// <summary>Images in the IDX format of MNIST and its relatives, plain or gzip: grey <c>[N, H, W]</c>, or <c>[N, H, W, C]</c>. Held in memory.</summary>
public sealed class IdxImages : ILabeledImages
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly int[] _labels;

    private IdxImages(IdxFile images, int[] labels)
    {
        _pixels = images.Values;
        _labels = labels;
        (Height, Width, Channels) = (images.Shape[1], images.Shape[2], images.Shape.Length == 4 ? images.Shape[3] : 1);
        ClassNames = LabelRules.Numbered(labels);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Labels => _labels;

    /// <summary>Reads both files.</summary>
    /// <param name="imagesPath">For example <c>t10k-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">For example <c>t10k-labels-idx1-ubyte.gz</c>; null for the file of that name beside the images.</param>
    /// <exception cref="DatasetException">A file is missing or damaged, or they do not fit together.</exception>
    public static IdxImages Open(string imagesPath, string? labelsPath = null)
    {
        ArgumentNullException.ThrowIfNull(imagesPath);
        labelsPath ??= LabelsBeside(imagesPath);
        IdxFile images = IdxFile.Read(imagesPath);
        IdxFile labels = IdxFile.Read(labelsPath);
        if (images.Shape is not ([_, > 0, > 0] or [_, > 0, > 0, 1 or 3]))
        {
            throw new DatasetException($"'{imagesPath}' has the shape [{string.Join(", ", images.Shape)}]; images are [N, H, W], or [N, H, W, C] with C = 1 or 3.");
        }

        if (labels.Shape.Length != 1 || labels.Shape[0] != images.Shape[0])
        {
            throw new DatasetException(
                $"'{labelsPath}' has the shape [{string.Join(", ", labels.Shape)}], but '{imagesPath}' has {images.Shape[0]} images. Give the two files that belong together.");
        }

        return new IdxImages(images, LabelRules.Check([.. labels.Values.ToArray().Select(v => (long)v)], null, labelsPath));
    }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> nhwc)
    {
        LabelRules.CheckRead(this, index, nhwc.Length);
        _pixels.Span.Slice(index * nhwc.Length, nhwc.Length).CopyTo(nhwc);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string LabelsBeside(string images)
    {
        string name = Path.GetFileName(images);
        string folder = Path.GetDirectoryName(images) ?? string.Empty;
        string labels = name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal).Replace("idx4", "idx1", StringComparison.Ordinal);
        string bare = labels.EndsWith(".gz", StringComparison.Ordinal) ? labels[..^3] : labels;
        return new[] { labels, bare, bare + ".gz" }.Where(l => l != name).Select(l => Path.Combine(folder, l)).FirstOrDefault(File.Exists)
            ?? throw new DatasetException($"There is no labels file '{labels}' beside '{images}'. Put it there.");
    }
}
