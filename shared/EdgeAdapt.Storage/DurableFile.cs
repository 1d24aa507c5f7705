using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Storage;

/// <summary>
/// Files that are either whole or absent after a crash, a kill or a power cut: the content goes to a file beside the target, is forced
/// to the disk, and takes the target's name in one step. Without the first fsync a power cut may leave the new name on an empty file; without
/// that of the folder, the old name.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Ending of a file that was never finished. Whoever owns the folder deletes such files when it opens it.</summary>
    public const string UnfinishedExtension = ".unfinished";

    // The flag for folders has another value on each processor; plain reading opens a folder everywhere.
    private const int ReadOnly = 0;

    /// <summary>Writes the parts one after another into <paramref name="path"/> and forces content and name to the disk. An existing file is replaced.</summary>
    /// <exception cref="IOException">The disk is full or fails; an existing file is then as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Write(string path, params IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        Stage(path, parts);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Writes a file whose name is lasting only after <see cref="SyncFolder"/>: many files of a folder then cost one synchronisation of it.
    /// </summary>
    /// <exception cref="IOException">The disk is full or fails; an existing file is then as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Stage(string path, params IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(parts);
        string unfinished = path + UnfinishedExtension;
        try
        {
            using (SafeFileHandle file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, preallocationSize: parts.Sum(p => (long)p.Length)))
            {
                RandomAccess.Write(file, parts, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            TryDelete(unfinished);
            throw;
        }
    }

    /// <summary>
    /// Makes a folder, with those above it that are missing, and forces every new name to the disk: files that were forced into a folder are lost with it where
    /// its own name is.
    /// </summary>
    /// <exception cref="IOException">The disk is full, read-only or failing.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder above it cannot be written to.</exception>
    public static void CreateFolder(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var made = new List<DirectoryInfo>();
        for (DirectoryInfo? at = new(Path.GetFullPath(path)); at is { Exists: false }; at = at.Parent)
        {
            made.Add(at);
        }

        Directory.CreateDirectory(path);
        foreach (DirectoryInfo folder in made.Where(f => f.Parent is not null))
        {
            SyncFolder(folder.Parent!.FullName);
        }
    }

    /// <summary>Forces the names in a folder to the disk. Does nothing on Windows, where names need no such step.</summary>
    /// <exception cref="IOException">The folder is gone or the disk fails.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        int result = Sync(descriptor);
        string message = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (result < 0)
        {
            throw new IOException($"Cannot force the folder '{folder}' to the disk: {message}.");
        }
    }

    /// <summary>Deletes what a killed process left half written in a folder; what cannot be deleted is left for the next start.</summary>
    /// <returns>How many files were deleted.</returns>
    public static int DeleteUnfinished(string folder) => Directory.GetFiles(folder, "*" + UnfinishedExtension).Count(TryDelete);

    /// <summary>Deletes a file; a file that is gone already or cannot be deleted is no error here.</summary>
    /// <returns>Whether the file is gone.</returns>
    public static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk: the caller's own error says so already, and the next start tries again.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
