namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>The few steps by which the outbox changes the disk; a place to make each of them fail.</summary>
internal interface ISpoolDisk
{
    /// <summary>Writes a file whole and forces content and name to the disk, replacing an existing one.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failing; an existing file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts);

    /// <summary>Appends to an existing file and leaves it to the operating system to bring it to the disk: a kill loses nothing of it, a power cut may leave any part.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failing; a part may be there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written to.</exception>
    void Append(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Deletes a file where that is possible.</summary>
    /// <returns>Whether it is gone.</returns>
    bool TryDelete(string path);
}
