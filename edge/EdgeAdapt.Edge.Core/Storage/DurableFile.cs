using System.Runtime.InteropServices;

namespace EdgeAdapt.Edge.Core.Storage;

/// <summary>
/// Writes a file that is either complete or absent after a crash, a kill or a power cut: temporary name, fsync, rename,
/// fsync of the folder. Without the first fsync a power cut may leave the new name on an empty file; without the second, the old name.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Ending of a file that was never finished. Whoever owns the folder deletes such files when it opens it.</summary>
    public const string TemporaryExtension = ".tmp";

    private const int ReadOnly = 0;

    /// <summary>Writes the parts one after another into <paramref name="path"/>, replacing what was there.</summary>
    /// <exception cref="IOException">The disk is full or fails; the file that was there is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Write(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        ArgumentNullException.ThrowIfNull(path);
        string temporary = path + TemporaryExtension;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                foreach (ReadOnlyMemory<byte> part in parts)
                {
                    stream.Write(part.Span);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        SynchronizeFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Deletes unfinished files of a folder.</summary>
    /// <returns>How many there were.</returns>
    public static int DeleteTemporaries(string folder)
    {
        int count = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*" + TemporaryExtension))
        {
            count += TryDelete(file) ? 1 : 0;
        }

        return count;
    }

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

    /// <summary>Makes renames in a folder survive a power cut. File systems that cannot do it are left alone.</summary>
    private static void SynchronizeFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
