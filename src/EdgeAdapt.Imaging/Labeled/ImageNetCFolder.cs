using System.Globalization;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>
/// A folder in the layout of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): CORRUPTION/SEVERITY/CLASS/FILE, severities 1 to 5.
/// </summary>
public sealed class ImageNetCFolder : ICorruptionSet
{
    /// <summary>The strongest severity, which most published figures are for.</summary>
    public const int Strongest = 5;

    private readonly int _severity;
    private readonly ModelManifest? _input;

    private ImageNetCFolder(string path, string[] corruptions, int severity, ModelManifest? input)
    {
        (Path, Corruptions, _severity, _input) = (path, corruptions, severity, input);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Corruptions { get; }

    /// <summary>Whether a folder has this layout.</summary>
    public static bool Matches(string path) =>
        Directory.Exists(path) && ImageFolder.ClassFolders(path).Any(c => Severities(path, c).Any());

    /// <summary>Opens one severity of every corruption in the folder; no image is read yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="input">Size and crop to bring images to; null where all have one size.</param>
    /// <exception cref="DatasetException">A corruption lacks that severity.</exception>
    public static ImageNetCFolder Open(string path, int severity = Strongest, ModelManifest? input = null)
    {
        string[] corruptions = CorruptionFolder.Order(ImageFolder.ClassFolders(path).Where(c => Severities(path, c).Any()));
        string[] without = [.. corruptions.Where(c => !Severities(path, c).Contains(severity))];
        return corruptions.Length > 0 && without.Length == 0
            ? new ImageNetCFolder(path, corruptions, severity, input)
            : throw new DatasetException(
                corruptions.Length == 0
                    ? $"'{path}' is not laid out as CORRUPTION/SEVERITY/CLASS/FILE with severities 1 to 5. Put the images there so."
                    : $"'{path}' has no severity {severity} for {string.Join(", ", without)}. Choose another severity, or add the folders.");
    }

    /// <inheritdoc/>
    public ILabeledImages OpenCorruption(string corruption) =>
        Corruptions.Contains(corruption)
            ? ImageFolder.Open(System.IO.Path.Combine(Path, corruption, _severity.ToString(CultureInfo.InvariantCulture)), _input)
            : throw new DatasetException($"'{Path}' has no corruption '{corruption}'. It has: {string.Join(", ", Corruptions)}.");

    private static IEnumerable<int> Severities(string path, string corruption) =>
        ImageFolder.ClassFolders(System.IO.Path.Combine(path, corruption)).Where(s => s is ['1' or '2' or '3' or '4' or '5']).Select(s => s[0] - '0');
}
