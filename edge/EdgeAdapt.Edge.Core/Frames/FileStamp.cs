namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>What tells one writing of a file from the next without reading it.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was written last, UTC, by the clock of whoever holds the file.</param>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>The stamp of a file as it is now.</summary>
    /// <exception cref="IOException">It is gone, or cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not look at it.</exception>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return new FileStamp(file.Length, file.LastWriteTimeUtc);
    }
}
