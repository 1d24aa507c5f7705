namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// Says which files of a watched folder are to be read: each once, and again where it was written anew, but not before it has been left alone for a
/// while. That is measured here and not by the files' times: a file server's clock may be ahead or behind. For one thread.
/// </summary>
/// <param name="settling">How long a file must stay as it is; zero for not at all.</param>
/// <param name="time">The clock.</param>
/// <param name="look">Looks at a file; null for <see cref="FileStamp.Of"/>.</param>
internal sealed class WatchedFiles(TimeSpan settling, TimeProvider time, Func<string, FileStamp>? look = null)
{
    // Files that were read are looked at anew no more often than that, however many events there are: a folder may hold a hundred thousand.
    private static readonly TimeSpan RecheckPeriod = TimeSpan.FromMilliseconds(500);
    private readonly Func<string, FileStamp> _look = look ?? FileStamp.Of;
    private readonly Dictionary<string, WatchedFile> _files = new(StringComparer.Ordinal);
    private long? _rechecked;
    private bool _isFirst;
    private bool _isRecheck;

    /// <summary>Whether a file was seen since <see cref="Begin"/> that has not been left alone for long enough.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Begins a look at the folder.</summary>
    /// <param name="paths">Its files now. Others are forgotten: their names may come back as new pictures, and the memory of them must not grow for ever.</param>
    public void Begin(IReadOnlyCollection<string> paths)
    {
        HashSet<string> there = new(paths, StringComparer.Ordinal);
        foreach (string gone in _files.Keys.Where(p => !there.Contains(p)).ToArray())
        {
            _files.Remove(gone);
        }

        long now = time.GetTimestamp();
        _isFirst = _rechecked is null;
        _isRecheck = _rechecked is not { } last || time.GetElapsedTime(last, now) >= RecheckPeriod;
        _rechecked = _isRecheck ? now : _rechecked;
        IsWaiting = false;
    }

    /// <summary>Whether a file is to be read now; it then counts as read.</summary>
    public bool Take(string path)
    {
        bool isKnown = _files.TryGetValue(path, out WatchedFile file);
        if (isKnown && file.IsTaken && !_isRecheck)
        {
            return false;
        }

        FileStamp stamp;
        try
        {
            stamp = _look(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A network folder that is away for a while still lists its files; the next look finds them again.
            return false;
        }

        bool isSame = isKnown && file.Stamp == stamp;
        if (isSame && file.IsTaken)
        {
            return false;
        }

        long now = time.GetTimestamp();
        long since = isSame ? file.Since : now;
        bool isSettled = time.GetElapsedTime(since, now) >= settling || (_isFirst && IsOld(stamp));
        _files[path] = new WatchedFile(stamp, since, isSettled);
        IsWaiting |= !isSettled;
        return isSettled;
    }

    /// <summary>Of what lies there at the start the file's own time must do, or an hour of pictures would wait; one that was read too early by it is read again as it changes.</summary>
    private bool IsOld(FileStamp stamp) => time.GetUtcNow().UtcDateTime - stamp.Written >= settling;

    private readonly record struct WatchedFile(FileStamp Stamp, long Since, bool IsTaken);
}
