using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Threading;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// JPEG and PNG files of a folder, in the ordinal order of their names. Watched, it goes on with files that come later; they are taken once
/// they have been left alone for a moment, because a camera that is still writing would look like a damaged picture.
/// </summary>
public sealed class FolderFrameSource : IFrameSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];
    private static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(1);
    private readonly string _folder;
    private readonly FolderReading _reading;
    private readonly TimeSpan _settling;
    private readonly TimeProvider _time;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; its subfolders are not searched.</param>
    /// <param name="reading">What to do at the end of the files.</param>
    /// <param name="settling">How long a file must be left alone before it is taken while watching; zero takes it at once.</param>
    /// <param name="time">The clock that file times are compared with.</param>
    /// <exception cref="FrameSourceException">The folder is missing or cannot be read, or it holds no picture and is not watched.</exception>
    public FolderFrameSource(string folder, FolderReading reading, TimeSpan settling, TimeProvider time)
    {
        _folder = folder;
        _reading = reading;
        _settling = settling;
        _time = time;
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
        bool watching = _reading == FolderReading.Watch;
        using FileSystemWatcher? watcher = watching ? Watch(signal) : null;
        HashSet<string> seen = [];
        while (true)
        {
            string[] pictures = TryList();
            bool waiting = false;
            foreach (string path in pictures.Where(p => !seen.Contains(p)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (watching && !IsSettled(path))
                {
                    waiting = true;
                    continue;
                }

                seen.Add(path);
                yield return Read(path);
            }

            if (_reading == FolderReading.Once)
            {
                yield break;
            }

            if (!watching)
            {
                // A folder that is emptied while it is repeated must not make this a busy loop.
                seen.Clear();
                await (pictures.Length == 0 ? Task.Delay(RescanPeriod, _time, cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
                continue;
            }

            // Names that are gone may come back as new pictures, and the set must not grow for ever.
            seen.IntersectWith(pictures);

            // The watcher's events may be lost when many come at once, so the folder is also looked at every second.
            await signal.WaitAsync(waiting && _settling < RescanPeriod ? _settling : RescanPeriod, _time, cancellationToken).ConfigureAwait(false);
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

    private string[] TryList()
    {
        try
        {
            return Pictures();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A removable or network folder that is away for a while: the agent waits for it.
            return [];
        }
    }

    private static Frame Read(string path)
    {
        try
        {
            return new Frame { Name = Path.GetFileName(path), Bytes = File.ReadAllBytes(path) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Frame { Name = Path.GetFileName(path), Fault = $"Cannot read the file: {e.Message}" };
        }
    }

    private bool IsSettled(string path) =>
        _settling == TimeSpan.Zero || _time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path) >= _settling;

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
