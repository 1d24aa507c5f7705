using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>Opens images under corruptions of every form that is read, and plain labelled images as one condition, "clean".</summary>
public static class CorruptionSet
{
    private const int Severities = 5;

    /// <summary>Opens a file or folder, recognised by what it holds.</summary>
    /// <param name="path">A folder as CIFAR-10-C (.npy files) or ImageNet-C (sub-folders) has it, or whatever <see cref="LabeledImages"/> opens.</param>
    /// <param name="severity">1 to 5: that part of an ImageNet-C folder or of published CIFAR-10-C files; null for 5 of ImageNet-C, all of a .npy file.</param>
    /// <param name="split">Which part of plain images.</param>
    /// <param name="input">Size and crop to bring JPEG and PNG files to.</param>
    /// <exception cref="DatasetException">The form is not recognised, or a file is missing or damaged; the message names the remedy.</exception>
    public static ICorruptionSet Open(string path, int? severity = null, DatasetSplit split = DatasetSplit.Test, ModelManifest? input = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (severity is { } s)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(s, 1, nameof(severity));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(s, Severities, nameof(severity));
        }

        if (ImageNetCFolder.Matches(path))
        {
            return ImageNetCFolder.Open(path, severity ?? ImageNetCFolder.Strongest, input);
        }

        if (Directory.Exists(path) && Directory.EnumerateFiles(path, "*.npy").Any())
        {
            CorruptionFolder folder = CorruptionFolder.Open(path);
            return severity is null ? folder : new Severity(folder, severity.Value);
        }

        return new Plain(path, split, input);
    }

    private sealed class Severity(CorruptionFolder folder, int severity) : ICorruptionSet
    {
        public string Path => folder.Path;

        public IReadOnlyList<string> Corruptions => folder.Corruptions;

        public ILabeledImages OpenCorruption(string corruption) => folder.Count % Severities == 0
            ? new ImageRange(folder.OpenCorruption(corruption), (severity - 1) * (folder.Count / Severities), folder.Count / Severities)
            : throw new DatasetException($"The files in '{Path}' hold {folder.Count} images, which is no multiple of 5: they are not five severities one after another. Leave the severity out.");
    }

    private sealed class Plain(string path, DatasetSplit split, ModelManifest? input) : ICorruptionSet
    {
        public string Path => path;

        public IReadOnlyList<string> Corruptions { get; } = [CorruptionFolder.Clean];

        public ILabeledImages OpenCorruption(string corruption) => corruption == CorruptionFolder.Clean
            ? LabeledImages.Open(path, split, input)
            : throw new DatasetException($"'{path}' has no corruption '{corruption}'; it holds plain images, called {CorruptionFolder.Clean}.");
    }
}
