namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// An optimized model in a file that nobody else sees: its name is gone as soon as it is open, so that nothing is left behind however the process ends. Read piece by piece
/// instead of being mapped: a disk that fails then is an error of one read, not the end of the process. Thread safe. Dispose it when nothing reads from it any more.
/// </summary>
internal sealed class OptimizedFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Takes over a file.</summary>
    /// <param name="path">The file; deleted at once, or on Windows when this object is disposed.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public OptimizedFile(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>All of it.</summary>
    public byte[] ReadAll()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)_file.Length));
        Read(0, bytes);
        return bytes;
    }

    /// <summary>Reads a piece.</summary>
    /// <param name="offset">Of its first byte.</param>
    /// <param name="bytes">Receives it, all of it.</param>
    /// <exception cref="IOException">The disk fails, or the file ends before.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The file of the optimized model ends before its weights do.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
