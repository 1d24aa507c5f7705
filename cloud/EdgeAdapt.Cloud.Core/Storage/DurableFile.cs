using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>
/// Files that are either whole or absent, whenever the process is killed or the power goes: the content goes to a file
/// beside the target, is forced to the disk, and takes the target's name in one step.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Ends the name of a file whose writing has not finished; one that is found at start is garbage.</summary>
    public const string UnfinishedExtension = ".unfinished";

    // The flag for folders has another value on each processor; plain reading opens a folder everywhere.
    private const int ReadOnly = 0;

    /// <summary>Writes a file and forces its content and its name to the disk. An existing file is replaced.</summary>
    /// <exception cref="IOException">The disk is full or broken; an existing file is then as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Stage(path, content);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Writes a file whose name is lasting only after <see cref="SyncFolder"/>: many files of a folder then cost one
    /// synchronisation of it.
    /// </summary>
    public static void Stage(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + UnfinishedExtension;
        using (SafeFileHandle file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, preallocationSize: content.Length))
        {
            RandomAccess.Write(file, content, 0);

            // Renaming first would let a power cut leave the final name on an empty file.
            RandomAccess.FlushToDisk(file);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Forces the names in a folder to the disk. Does nothing on Windows, where names need no such step.</summary>
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

    /// <summary>Deletes what a killed process left half written.</summary>
    /// <returns>How many files that were.</returns>
    public static int RemoveUnfinished(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*" + UnfinishedExtension);
        Array.ForEach(files, File.Delete);
        return files.Length;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
