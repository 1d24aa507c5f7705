namespace EdgeAdapt.Storage;

/// <summary>
/// The folder that holds what a program must not lose. Locked for as long as this object lives: two agents on one folder would delete each
/// other's samples, two services publish different sets under the same version.
/// </summary>
public sealed class StateFolder : IDisposable
{
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Creates the folder where it is missing, locks it and deletes unfinished files.</summary>
    /// <exception cref="StateFolderException">The folder cannot be created or written to, or another process holds it.</exception>
    public static StateFolder Open(string path)
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
            held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
