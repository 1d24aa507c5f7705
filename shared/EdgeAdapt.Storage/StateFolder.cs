namespace EdgeAdapt.Storage;

/// <summary>
/// The folder that holds what a program must not lose. Locked for as long as this object lives: two agents on one folder would delete each
/// other's samples, two services publish different sets under the same version.
/// </summary>
public sealed class StateFolder : IDisposable
{
    // EROFS, which .NET has no name for.
    private const int ReadOnlyFileSystem = 30;
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder where it is missing, locks it and deletes unfinished files.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mayBeReadOnly">Whether one that was used before is opened on a file system that cannot be written to now, too.</param>
    /// <exception cref="StateFolderException">The folder cannot be created or written to, or another process holds it.</exception>
    public static StateFolder Open(string path, bool mayBeReadOnly = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            // Forced to the disk: samples that were forced into a folder are lost with it where its own name is.
            DurableFile.CreateFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFolderException($"Cannot create the state folder '{path}': {e.Message} Give --state a folder that this user may write to.", e);
        }

        FileStream held;
        try
        {
            held = Lock(System.IO.Path.Combine(path, "lock"), mayBeReadOnly);
        }
        catch (IOException e)
        {
            throw new StateFolderException(
                $"Another process uses the state folder '{path}', or its disk fails ({e.Message}). Stop that process, or give --state a folder of its own.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StateFolderException($"Cannot write to the state folder '{path}': {e.Message} Give --state a folder that this user may write to.", e);
        }

        DurableFile.DeleteUnfinished(path);
        return new StateFolder(path, held);
    }

    /// <summary>A path inside the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    private static FileStream Lock(string file, bool mayBeReadOnly)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (mayBeReadOnly && e.HResult == ReadOnlyFileSystem && System.IO.File.Exists(file))
        {
            // A worn card that the system mounts for reading alone after a restart: a device that answers and keeps nothing is better than none. Reading locks as well.
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
