namespace EdgeAdapt.Storage;

/// <summary>The few steps by which stores change the disk; a place to make each of them fail.</summary>
public interface IDurableDisk
{
    /// <summary>Makes a folder, with those above it that are missing, and forces every new name to the disk; one that is there stays as it is.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failing.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder above it cannot be written to.</exception>
    void CreateFolder(string path);

    /// <summary>Writes a file whole and forces content and name to the disk, replacing an existing one.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failing; an existing file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts);

    /// <summary>Writes a file whole whose name is lasting only after <see cref="SyncFolder"/>.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failing; an existing file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    void Stage(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts);

    /// <summary>Forces the names in a folder to the disk.</summary>
    /// <exception cref="IOException">The folder is gone or the disk fails.</exception>
    void SyncFolder(string path);

    /// <summary>Appends to an existing file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What to append.</param>
    /// <param name="forced">Whether it is forced to the disk; if not, a kill loses nothing of it and a power cut may leave any part.</param>
    /// <exception cref="IOException">The disk is full, read-only or failing; a part may be there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written to.</exception>
    void Append(string path, ReadOnlySpan<byte> bytes, bool forced);

    /// <summary>Deletes a file where that is possible.</summary>
    /// <returns>Whether it is gone.</returns>
    bool TryDelete(string path);
}
