using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Images as JPEG and PNG files in one sub-folder for each class, decoded as they are needed. Classes are the sub-folders
/// sorted by name (ordinal), as PyTorch's ImageFolder numbers them; within a class, files are sorted by path.
/// </summary>
public sealed class ImageFolder : ILabeledImages
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    private readonly PixelDecoder _decoder;
    private readonly string[] _files;
    private readonly int[] _labels;

    private ImageFolder(string[] classNames, string[] files, int[] labels, ModelManifest? input)
    {
        (_files, _labels, ClassNames) = (files, labels, classNames);
        _decoder = new PixelDecoder(input);
        if (input is not null)
        {
            (Height, Width) = (input.Height, input.Width);
            return;
        }

        try
        {
            DecodedImage example = Decode(0);
            (Height, Width) = (example.Height, example.Width);
        }
        catch
        {
            _decoder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Labels => _labels;

    /// <summary>Lists the files; the first one is decoded, the others when they are read.</summary>
    /// <param name="path">The folder with a sub-folder for each class.</param>
    /// <param name="input">Size and crop to bring images to, for example a model's; null where all images have the size of the first.</param>
    /// <exception cref="DatasetException">There is no class, or classes without an image; the message lists all of them.</exception>
    public static ImageFolder Open(string path, ModelManifest? input = null)
    {
        string[] classes = ClassFolders(path);
        if (classes.Length == 0)
        {
            throw new DatasetException($"'{path}' has no sub-folders. Put the images of each class into a folder of its own: {path}/CLASS/NAME.jpg.");
        }

        var files = new List<string>();
        var labels = new List<int>();
        var empty = new List<string>();
        for (int k = 0; k < classes.Length; k++)
        {
            string[] own = [.. Directory.EnumerateFiles(Path.Combine(path, classes[k]), "*", SearchOption.AllDirectories).Where(IsImage).Order(StringComparer.Ordinal)];
            if (own.Length == 0)
            {
                empty.Add(classes[k]);
            }

            files.AddRange(own);
            labels.AddRange(own.Select(_ => k));
        }

        return empty.Count == 0
            ? new ImageFolder(classes, [.. files], [.. labels], input)
            : throw new DatasetException(
                $"'{path}' has classes without a JPEG or PNG file: {string.Join(", ", empty)}. Put images there, or remove the folders; either way the numbers of the classes must be those the model was trained with.");
    }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> nhwc)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nhwc.Length, Height * Width * Channels, nameof(nhwc));
        DecodedImage image = Decode(index);
        if ((image.Height, image.Width) != (Height, Width))
        {
            throw new DatasetException(
                $"'{_files[index]}' has {image.Height} x {image.Width} pixels, '{_files[0]}' {Height} x {Width}. Say which size to bring them to: put a manifest beside the model (height, width, resize).");
        }

        image.Pixels.CopyTo(nhwc);
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    /// <summary>Whether a file counts as an image, by its extension.</summary>
    internal static bool IsImage(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of the sub-folders that are not hidden, sorted.</summary>
    internal static string[] ClassFolders(string path) =>
    [
        .. Directory.EnumerateDirectories(path).Select(d => Path.GetFileName(d)).Where(d => !d.StartsWith('.')).Order(StringComparer.Ordinal),
    ];

    private DecodedImage Decode(int index)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(_files[index]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Cannot read '{_files[index]}': {e.Message} Check the file.", e);
        }

        DecodedImage image = _decoder.Decode(bytes);
        return image.IsReady ? image : throw new DatasetException($"'{_files[index]}': {image.Fault}");
    }
}
