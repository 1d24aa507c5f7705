using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Opens labelled images of every form that is read: IDX (gzip too), CIFAR-10 and CIFAR-100 binary, NumPy files, and folders
/// of JPEG and PNG files.
/// </summary>
public static class LabeledImages
{
    private static readonly string[] TrainFolders = ["train", "training"];
    private static readonly string[] TestFolders = ["test", "val", "validation", "testing"];

    /// <summary>Opens a file or folder, recognised by what it holds; the caller disposes the images.</summary>
    /// <param name="path">
    /// An IDX, CIFAR .bin or .npy file of images; or a folder: with IDX files, with CIFAR .bin files, with one .npy file of
    /// images and labels.npy, with a sub-folder a class, or with train/ and test/ (or val/) that hold one of these.
    /// </param>
    /// <param name="split">Which part is meant where a folder holds both.</param>
    /// <param name="input">Size and crop to bring JPEG and PNG files to; null where all have one size.</param>
    /// <exception cref="DatasetException">The form is not recognised, or a file is missing or damaged; the message names the remedy.</exception>
    public static ILabeledImages Open(string path, DatasetSplit split = DatasetSplit.Test, ModelManifest? input = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Directory.Exists(path) ? OpenFolder(path, split, input)
            : File.Exists(path) ? OpenFile(path)
            : throw new DatasetException($"There is no file or folder '{path}'. Check the path.");
    }

    private static ILabeledImages OpenFile(string path) =>
        path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? NpyImages.Open(path)
        : path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? CifarImages.Open(path)
        : IdxImages.Open(path);

    private static ILabeledImages OpenFolder(string path, DatasetSplit split, ModelManifest? input)
    {
        string[] files = [.. Directory.EnumerateFiles(path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        string[] cifar = [.. files.Where(f => f.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))];
        if (cifar.Length > 0)
        {
            return CifarImages.Open([.. OfSplit(cifar, split, path, "test").Select(f => Path.Combine(path, f))]);
        }

        string[] idx = [.. files.Where(f => f.Contains("images", StringComparison.Ordinal) && f.Contains("idx", StringComparison.Ordinal))];
        if (idx.Length > 0)
        {
            return IdxImages.Open(Path.Combine(path, OfSplit(idx, split, path, "t10k", "test")[0]));
        }

        string[] npy = [.. files.Where(f => f.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) && !f.Contains("labels", StringComparison.Ordinal))];
        return npy.Length switch
        {
            1 => NpyImages.Open(Path.Combine(path, npy[0])),
            > 1 => throw new DatasetException($"'{path}' holds several .npy files of images: {string.Join(", ", npy)}. Give one of them instead of the folder."),
            _ => OpenImages(path, split, input),
        };
    }

    private static ILabeledImages OpenImages(string path, DatasetSplit split, ModelManifest? input)
    {
        string[] folders = ImageFolder.ClassFolders(path);
        bool splits = folders.Intersect(TrainFolders).Any() && folders.Intersect(TestFolders).Any();
        string[] wanted = split == DatasetSplit.Train ? TrainFolders : TestFolders;
        if (splits || (folders.Length == 1 && folders.Intersect([.. TrainFolders, .. TestFolders]).Any()))
        {
            return wanted.FirstOrDefault(folders.Contains) is { } part
                ? OpenFolder(Path.Combine(path, part), split, input)
                : throw new DatasetException($"'{path}' holds only {string.Join(", ", folders)}; {wanted[0]}/ was asked for. Give the sub-folder itself.");
        }

        return ImageFolder.Open(path, input);
    }

    private static string[] OfSplit(string[] files, DatasetSplit split, string path, params string[] testMarks)
    {
        if (files.Length == 1)
        {
            return files;
        }

        bool test = split == DatasetSplit.Test;
        string[] own = [.. files.Where(f => testMarks.Any(m => f.Contains(m, StringComparison.Ordinal)) == test)];
        return own.Length > 0
            ? own
            : throw new DatasetException($"'{path}' holds {string.Join(", ", files)}, none of them for {(test ? "testing" : "training")}. Give the file itself.");
    }
}
