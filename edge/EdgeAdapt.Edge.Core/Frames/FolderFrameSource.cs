using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Threading;
using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// JPEG and PNG files of a folder, in the ordinal order of their names. Watched, it goes on with files that come later, or are written anew; they are
/// taken once they have been left alone for a moment, because a camera that is still writing would look like a damaged picture.
/// </summary>
public sealed class FolderFrameSource : IFrameSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];
    private static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(1);
    private readonly string _folder;
    private readonly FolderReading _reading;
    private readonly TimeSpan _settling;
    private readonly TimeProvider _time;
    private readonly int _limit;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; its subfolders are not searched.</param>
    /// <param name="reading">What to do at the end of the files.</param>
    /// <param name="settling">How long a file must be left alone before it is taken while watching; zero takes it at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">Bytes of the largest file; a longer one counts as failed.</param>
    /// <exception cref="FrameSourceException">The folder is missing or cannot be read, or it holds no picture and is not watched.</exception>
    public FolderFrameSource(string folder, FolderReading reading, TimeSpan settling, TimeProvider time, int limit)
    {
        _folder = folder;
        _reading = reading;
        _settling = settling;
        _time = time;
        _limit = limit;
        try
        {
            if (Pictures().Length == 0 && reading != FolderReading.Watch)
            {
                throw new FrameSourceException($"The folder '{folder}' holds no .jpg, .jpeg or .png file. Give --source a folder with pictures, or --watch to wait for them.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameSourceException($"Cannot read the folder '{folder}': {e.Message} Check --source.", e);
        }

        Description = $"{folder} ({reading.ToString().ToLowerInvariant()})";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = new AsyncSignal();
        WatchedFiles? watched = _reading == FolderReading.Watch ? new WatchedFiles(_settling, _time) : null;
        using FileSystemWatcher? watcher = watched is null ? null : Watch(signal);
        while (true)
        {
            // A removable or network folder may be away for a while: the agent waits for it. Taken for an empty one, all of it would be answered again when it is back.
            bool isThere = TryList(out string[] pictures);
            if (isThere)
            {
                watched?.Begin(pictures);
            }

            foreach (string path in pictures)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (watched is null || watched.Take(path))
                {
                    yield return Read(path);
                }
            }

            if (_reading == FolderReading.Once)
            {
                yield break;
            }

            if (watched is null)
            {
                // A folder that is emptied while it is repeated must not make this a busy loop.
                await (pictures.Length == 0 ? Task.Delay(RescanPeriod, _time, cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
                continue;
            }

            // The watcher's events may be lost when many come at once, so the folder is also looked at every second.
            await signal.WaitAsync(watched.IsWaiting && _settling < RescanPeriod ? _settling : RescanPeriod, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Files are opened one at a time.
    }

    private string[] Pictures() =>
    [
        .. Directory.EnumerateFiles(_folder).Where(p => Extensions.Contains(Path.GetExtension(p), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal),
    ];

    private bool TryList(out string[] pictures)
    {
        try
        {
            pictures = Pictures();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            pictures = [];
            return false;
        }
    }

    private Frame Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length > _limit)
            {
                return new Frame { Name = name, Fault = $"The file has {length} bytes and at most {_limit} are read. Store smaller ones, or raise --frame-megabytes." };
            }

            // No more than it had: one that grows meanwhile was taken too early, and is read again when it is complete.
            byte[] bytes = new byte[length];
            int count = 0;
            while (RandomAccess.Read(file, bytes.AsSpan(count), count) is > 0 and var read)
            {
                count += read;
            }

            return new Frame { Name = name, Bytes = bytes.AsMemory(0, count) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new Frame { Name = name, Fault = $"Cannot read the file: {e.Message}" };
        }
    }

    private FileSystemWatcher? Watch(AsyncSignal signal)
    {
        var watcher = new FileSystemWatcher();
        try
        {
            watcher.Path = _folder;
            watcher.Created += (_, _) => signal.Set();
            watcher.Changed += (_, _) => signal.Set();
            watcher.Renamed += (_, _) => signal.Set();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            // The system's watches are used up, or the folder is away: looking every second finds the files as well, only later.
            watcher.Dispose();
            return null;
        }
    }
}
