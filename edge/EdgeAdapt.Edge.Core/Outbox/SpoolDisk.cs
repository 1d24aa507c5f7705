using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>The device's own disk.</summary>
internal sealed class SpoolDisk : ISpoolDisk
{
    /// <inheritdoc/>
    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts) => DurableFile.Write(path, parts);

    /// <inheritdoc/>
    public void Append(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(bytes);
    }

    /// <inheritdoc/>
    public bool TryDelete(string path) => DurableFile.TryDelete(path);
}
