namespace EdgeAdapt.Storage;

/// <summary>The machine's own disk.</summary>
public sealed class DurableDisk : IDurableDisk
{
    /// <inheritdoc/>
    public void CreateFolder(string path) => DurableFile.CreateFolder(path);

    /// <inheritdoc/>
    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts) => DurableFile.Write(path, parts);

    /// <inheritdoc/>
    public void Stage(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts) => DurableFile.Stage(path, parts);

    /// <inheritdoc/>
    public void SyncFolder(string path) => DurableFile.SyncFolder(path);

    /// <inheritdoc/>
    public void Append(string path, ReadOnlySpan<byte> bytes, bool forced)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(bytes);
        if (forced)
        {
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public bool TryDelete(string path) => DurableFile.TryDelete(path);
}
