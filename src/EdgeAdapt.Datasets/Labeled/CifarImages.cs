using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Datasets;

/// <summary>
/// CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky, 2009): records of one label byte (CIFAR-100: coarse, then fine)
/// and 32 x 32 pixels, plane by plane in red, green, blue. Labels are held in memory, pixels are read as needed.
/// </summary>
public sealed class CifarImages : ILabeledImages
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int PixelBytes = 3 * Plane;

    private readonly List<SafeFileHandle> _files;
    private readonly int[] _first;
    private readonly int[] _labels;
    private readonly int _labelBytes;

    private CifarImages(List<SafeFileHandle> files, int[] first, int[] labels, int labelBytes, IReadOnlyList<string> classNames)
    {
        (_files, _first, _labels, _labelBytes, ClassNames) = (files, first, labels, labelBytes, classNames);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Height => Side;

    /// <inheritdoc/>
    public int Width => Side;

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Labels => _labels;

    /// <summary>Opens record files as one set; all are of CIFAR-10 or all of CIFAR-100, which shows in their lengths.</summary>
    /// <param name="paths">For example <c>data_batch_1.bin</c> … <c>data_batch_5.bin</c>. Class names come from batches.meta.txt or fine_label_names.txt beside the first.</param>
    /// <exception cref="DatasetException">A file is missing, cut off, or holds a label that the data set does not have.</exception>
    public static CifarImages Open(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        var files = new List<SafeFileHandle>();
        try
        {
            var labels = new List<int>();
            var first = new List<int>();
            int? labelBytes = null;
            foreach (string path in paths)
            {
                files.Add(OpenFile(path));
                labelBytes ??= LabelBytes(RandomAccess.GetLength(files[0]), path);
                first.Add(labels.Count);
                labels.AddRange(ReadLabels(files[^1], labelBytes.Value, path));
            }

            return new CifarImages(files, [.. first], [.. labels], labelBytes!.Value, Names(paths[0], Classes(labelBytes.Value)));
        }
        catch
        {
            files.ForEach(f => f.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> nhwc)
    {
        LabelRules.CheckRead(this, index, nhwc.Length);
        int file = Array.FindLastIndex(_first, f => f <= index);
        Span<byte> planes = stackalloc byte[PixelBytes];
        long offset = ((long)(index - _first[file]) * (_labelBytes + PixelBytes)) + _labelBytes;
        if (RandomAccess.Read(_files[file], planes, offset) != PixelBytes)
        {
            throw new DatasetException($"A CIFAR file became shorter while it was read, at image {index}. Do not rewrite a file that is in use.");
        }

        for (int i = 0; i < Plane; i++)
        {
            (nhwc[3 * i], nhwc[(3 * i) + 1], nhwc[(3 * i) + 2]) = (planes[i], planes[Plane + i], planes[(2 * Plane) + i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(f => f.Dispose());

    private static int Classes(int labelBytes) => labelBytes == 1 ? 10 : 100;

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Cannot read '{path}': {e.Message} Check the path.", e);
        }
    }

    private static int LabelBytes(long length, string path) =>
        length > 0 && length % (1 + PixelBytes) == 0 ? 1
        : length > 0 && length % (2 + PixelBytes) == 0 ? 2
        : throw new DatasetException(
            $"'{path}' has {length} bytes, which is no whole number of CIFAR-10 records ({1 + PixelBytes} bytes) or CIFAR-100 records ({2 + PixelBytes}). It was cut off: download it again.");

    private static int[] ReadLabels(SafeFileHandle file, int labelBytes, string path)
    {
        int record = labelBytes + PixelBytes;
        long length = RandomAccess.GetLength(file);
        if (length % record != 0)
        {
            throw new DatasetException($"'{path}' has {length} bytes, which is no whole number of records of {record} bytes. It was cut off: download it again.");
        }

        long[] labels = new long[length / record];
        Span<byte> label = stackalloc byte[1];
        for (int i = 0; i < labels.Length; i++)
        {
            _ = RandomAccess.Read(file, label, ((long)i * record) + labelBytes - 1);
            labels[i] = label[0];
        }

        return LabelRules.Check(labels, Classes(labelBytes), path);
    }

    private static IReadOnlyList<string> Names(string path, int classes)
    {
        string folder = Path.GetDirectoryName(path) ?? string.Empty;
        string file = Path.Combine(folder, classes == 10 ? "batches.meta.txt" : "fine_label_names.txt");
        string[] names = File.Exists(file) ? [.. File.ReadAllLines(file).Select(l => l.Trim()).Where(l => l.Length > 0)] : [];
        return names.Length == classes ? names : LabelRules.Numbered([classes - 1]);
    }
}
