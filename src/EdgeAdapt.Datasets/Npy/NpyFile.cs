namespace EdgeAdapt.Datasets;

/// <summary>
/// Reads and writes whole NumPy files (.npy). For image files that may be large, <see cref="NpyFrameReader"/> reads frames
/// as they are needed.
/// </summary>
public static class NpyFile
{
    private const long MaximumBytes = 1 << 30;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .npy file, at most 1 GB.</param>
    /// <exception cref="NpyFormatException">The file is missing, unreadable, damaged or of a kind that is not read.</exception>
    public static NpyArray Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaximumBytes } large)
            {
                throw new NpyFormatException(
                    $"'{path}' has {large.Length} bytes; whole arrays are read up to {MaximumBytes}. Split it, or give it where frames are streamed.");
            }

            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NpyFormatException($"Cannot read '{path}': {e.Message} Check the path.", e);
        }
    }

    /// <summary>Reads an array from the bytes of a file.</summary>
    /// <param name="bytes">All of the file. The array shares this memory.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="NpyFormatException">The bytes are damaged or of a kind that is not read.</exception>
    public static NpyArray Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        NpyHeader header = NpyHeader.Parse(bytes.Span, name);
        CheckLength(header, bytes.Length, name);
        return new NpyArray(header.ElementType, bytes[header.DataOffset..], [.. header.Shape]);
    }

    /// <summary>The bytes of the file that holds <paramref name="array"/>. Equal arrays give equal bytes.</summary>
    public static byte[] ToBytes(NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return [.. NpyHeader.ToBytes(array.ElementType, array.Shape), .. array.Bytes.Span];
    }

    /// <summary>Writes a file, replacing one of the same name; the folder must exist.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        using FileStream stream = File.Create(path);
        stream.Write(NpyHeader.ToBytes(array.ElementType, array.Shape));
        stream.Write(array.Bytes.Span);
    }

    /// <summary>Refuses a file whose length is not what its header promises.</summary>
    internal static void CheckLength(NpyHeader header, long fileBytes, string name)
    {
        long expected = header.DataOffset + (header.Count * header.ElementBytes);
        if (fileBytes != expected)
        {
            throw new NpyFormatException(
                $"'{name}' has {fileBytes} bytes, but its shape {header.ShapeText} of {header.ElementType} needs {expected}. " +
                (fileBytes < expected ? "It was cut off: copy it again." : "Something follows the array: save one array a file."));
        }
    }
}
