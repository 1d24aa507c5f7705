namespace EdgeAdapt.Datasets;

/// <summary>
/// A folder in the layout of CIFAR-10-C: one file <c>NAME.npy</c> for each corruption, uint8 <c>[N, H, W, C]</c>, and one
/// <c>labels.npy</c> (uint8, int32 or int64 <c>[N]</c>) that holds for all of them. The published files put five
/// severities one after another in one file; that is simply a larger N.
/// </summary>
public sealed class CorruptionFolder : ICorruptionSet
{
    /// <summary>The name of the uncorrupted images.</summary>
    public const string Clean = "clean";

    private const string LabelsFile = "labels.npy";

    private static readonly string[] Standard =
    [
        "gaussian_noise", "shot_noise", "impulse_noise", "defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "snow",
        "frost", "fog", "brightness", "contrast", "elastic_transform", "pixelate", "jpeg_compression",
    ];

    private CorruptionFolder(string path, IReadOnlyList<string> corruptions, int[] labels, NpyFrameReader example)
    {
        Path = path;
        Corruptions = corruptions;
        Labels = labels;
        (Height, Width, Channels) = (example.Height, example.Width, example.Channels);
    }

    /// <summary>The 15 standard corruptions of ImageNet-C (Hendrycks and Dietterich, ICLR 2019) in their customary order.</summary>
    public static IReadOnlyList<string> StandardOrder => Standard;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The corruptions present: standard ones in <see cref="StandardOrder"/>, others by name, "clean" last.</summary>
    public IReadOnlyList<string> Corruptions { get; }

    /// <summary>The class of each image, 0 or more, in the order of every file.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>N, the images in each file.</summary>
    public int Count => Labels.Count;

    /// <summary>H in pixels.</summary>
    public int Height { get; }

    /// <summary>W in pixels.</summary>
    public int Width { get; }

    /// <summary>C: 3 (RGB) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>Opens a folder and checks every file's header against the labels; no image is read yet.</summary>
    /// <exception cref="DatasetException">A file is missing, damaged or does not fit; the message lists every fault.</exception>
    public static CorruptionFolder Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            throw new DatasetException($"There is no folder '{path}'. Give the folder that holds the .npy files.");
        }

        string[] names = Order(Directory.EnumerateFiles(path, "*.npy").Select(f => System.IO.Path.GetFileName(f)).Where(f => f != LabelsFile)
            .Select(f => f[..^".npy".Length]));
        if (names.Length == 0)
        {
            throw new DatasetException($"'{path}' holds no corruption. Put uint8 [N, H, W, C] files such as fog.npy in it, and labels.npy.");
        }

        int[] labels = NpyImages.ReadLabels(System.IO.Path.Combine(path, LabelsFile));
        using NpyFrameReader example = Check(path, names, labels.Length);
        return new CorruptionFolder(path, names, labels, example);
    }

    /// <summary>Opens the images of one corruption for streaming; the caller disposes the reader.</summary>
    /// <param name="corruption">A name out of <see cref="Corruptions"/>.</param>
    /// <exception cref="DatasetException">The folder has no such corruption, or its file is gone.</exception>
    public NpyFrameReader Images(string corruption) =>
        Corruptions.Contains(corruption)
            ? NpyFrameReader.Open(FileOf(Path, corruption))
            : throw new DatasetException($"'{Path}' has no corruption '{corruption}'. It has: {string.Join(", ", Corruptions)}.");

    /// <inheritdoc/>
    public ILabeledImages OpenCorruption(string corruption)
    {
        // Images says which names there are before the file is looked for.
        Images(corruption).Dispose();
        return NpyImages.Open(FileOf(Path, corruption), System.IO.Path.Combine(Path, LabelsFile));
    }

    /// <summary>Names in their customary order: standard ones as in <see cref="StandardOrder"/>, others by name, "clean" last.</summary>
    public static string[] Order(IEnumerable<string> names) =>
    [
        .. names.OrderBy(n => n == Clean ? int.MaxValue : Rank(n)).ThenBy(n => n, StringComparer.Ordinal),
    ];

    private static int Rank(string name)
    {
        int rank = Array.IndexOf(Standard, name);
        return rank < 0 ? Standard.Length : rank;
    }

    private static string FileOf(string path, string corruption) => System.IO.Path.Combine(path, corruption + ".npy");

    private static NpyFrameReader Check(string path, string[] names, int labels)
    {
        NpyFrameReader? first = null;
        var faults = new List<string>();
        foreach (string name in names)
        {
            try
            {
                NpyFrameReader reader = NpyFrameReader.Open(FileOf(path, name));
                if (reader.Count != labels)
                {
                    faults.Add($"'{reader.Path}' has {reader.Count} images, but labels.npy has {labels} labels.");
                }

                if (!reader.IsPixels)
                {
                    faults.Add($"'{reader.Path}' holds float32 values; corruptions are uint8 [N, H, W, C].");
                }

                if (first is not null && (reader.Height, reader.Width, reader.Channels) != (first.Height, first.Width, first.Channels))
                {
                    faults.Add($"'{reader.Path}' has images of {reader.Height} x {reader.Width} x {reader.Channels}, '{first.Path}' of {first.Height} x {first.Width} x {first.Channels}.");
                }

                if (first is null)
                {
                    first = reader;
                }
                else
                {
                    reader.Dispose();
                }
            }
            catch (NpyFormatException e)
            {
                faults.Add(e.Message);
            }
        }

        if (faults.Count > 0)
        {
            first?.Dispose();
            throw new DatasetException($"The folder '{path}' cannot be used. Remove or correct: {string.Join(" ", faults)}");
        }

        return first!;
    }
}
