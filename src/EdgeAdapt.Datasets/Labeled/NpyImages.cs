namespace EdgeAdapt.Datasets;

/// <summary>Images in a NumPy file, uint8 <c>[N, H, W, C]</c>, and their labels in another, integers <c>[N]</c>. Pixels are read as needed.</summary>
public sealed class NpyImages : ILabeledImages
{
    private const string LabelsFile = "labels.npy";

    private readonly NpyFrameReader _reader;
    private readonly int[] _labels;

    private NpyImages(NpyFrameReader reader, int[] labels)
    {
        _reader = reader;
        _labels = labels;
        ClassNames = LabelRules.Numbered(labels);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Height => _reader.Height;

    /// <inheritdoc/>
    public int Width => _reader.Width;

    /// <inheritdoc/>
    public int Channels => _reader.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Labels => _labels;

    /// <summary>Opens both files.</summary>
    /// <param name="imagesPath">The images.</param>
    /// <param name="labelsPath">Null for NAME_labels.npy, the name with "images" replaced by "labels", or labels.npy beside the images, whichever is there first.</param>
    /// <exception cref="DatasetException">A file is missing or damaged, or they do not fit together.</exception>
    public static NpyImages Open(string imagesPath, string? labelsPath = null)
    {
        ArgumentNullException.ThrowIfNull(imagesPath);
        labelsPath ??= LabelsBeside(imagesPath);
        int[] labels = ReadLabels(labelsPath);
        NpyFrameReader reader = NpyFrameReader.Open(imagesPath);
        if (reader.IsPixels && reader.Count == labels.Length)
        {
            return new NpyImages(reader, labels);
        }

        reader.Dispose();
        throw new DatasetException(reader.IsPixels
            ? $"'{imagesPath}' has {reader.Count} images, but '{labelsPath}' has {labels.Length} labels. Give the two files that belong together."
            : $"'{imagesPath}' holds float32 values; labelled images are uint8 [N, H, W, C]. Save them with images.astype(numpy.uint8).");
    }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> nhwc)
    {
        LabelRules.CheckRead(this, index, nhwc.Length);
        _reader.ReadPixels(index, nhwc);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>Reads a labels file, uint8, int32 or int64 <c>[N]</c>.</summary>
    internal static int[] ReadLabels(string file)
    {
        NpyArray array = NpyFile.Read(file);
        if (array.Shape.Count != 1 || array.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
        {
            throw new NpyFormatException(
                $"'{file}' holds {array.ElementType} [{string.Join(", ", array.Shape)}]; labels are integers [N]. Save them with labels.astype(numpy.int64).");
        }

        return LabelRules.Check(array.ToLongs(), null, file);
    }

    private static string LabelsBeside(string images)
    {
        string folder = Path.GetDirectoryName(images) ?? string.Empty;
        string stem = Path.GetFileNameWithoutExtension(images);
        string[] names = [$"{stem}_labels.npy", $"{stem.Replace("images", "labels", StringComparison.Ordinal)}.npy", LabelsFile];
        return names.Where(n => n != Path.GetFileName(images)).Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
            ?? throw new DatasetException($"There are no labels beside '{images}'. Put them there as {LabelsFile}: integers [N], one an image.");
    }
}
