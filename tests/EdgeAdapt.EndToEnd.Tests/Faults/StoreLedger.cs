using System.Collections.Concurrent;
using System.Globalization;
using EdgeAdapt.Cloud.Core.Storage;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>
/// Every sample that the cloud service ever stored and deleted, as the kernel reports it of the store's folder: what a service that was killed had done counts, and
/// so would a second copy that was deleted before anybody looked.
/// </summary>
internal sealed class StoreLedger : IDisposable
{
    private const string Extension = ".sample";
    private const int SequenceDigits = 16;
    private readonly FileSystemWatcher _watcher;
    private readonly ConcurrentQueue<(string Name, bool Stored)> _events = new();
    private readonly Dictionary<string, int> _stored = new(StringComparer.Ordinal);
    private readonly List<(string Name, long Newest)> _deleted = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly List<string> _new = [];
    private long _newest;
    private Exception? _failure;

    /// <summary>Watches a folder, which must exist.</summary>
    public StoreLedger(string folder)
    {
        Folder = folder;
        _watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName, InternalBufferSize = 64 << 10 };
        _watcher.Renamed += (_, e) => Note(e.Name, stored: true);
        _watcher.Deleted += (_, e) => Note(e.Name, stored: false);
        _watcher.Error += (_, e) => _failure = e.GetException();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>How often each id was stored.</summary>
    public IReadOnlyDictionary<string, int> Stored => _stored;

    /// <summary>Files that were deleted.</summary>
    public int Deleted => _deleted.Count;

    /// <summary>Names of files that were deleted though they were among the newest at that time.</summary>
    public IEnumerable<string> DeletedEarly(int newest) => _deleted.Where(d => SequenceOf(d.Name) > d.Newest - newest).Select(d => d.Name);

    /// <summary>Takes in what the kernel has reported, when that is all of what lies in the folder.</summary>
    /// <returns>The files stored since the last call.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        await Within.SecondsAsync(20, "the kernel's report of every file in the store", () =>
        {
            Apply();
            return Directory.EnumerateFiles(Folder, "*" + Extension).All(f => _files.Contains(Path.GetFileName(f)));
        });
        Assert.True(_failure is null, $"The kernel dropped reports: {_failure?.Message}");
        string[] files = [.. _new];
        _new.Clear();
        return files;
    }

    /// <summary>A file of the store; null where it was deleted.</summary>
    public SampleContent? Read(string name)
    {
        string path = Path.Combine(Folder, name);
        return File.Exists(path) ? SampleFile.TryParse(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path} is damaged.") : null;
    }

    public void Dispose() => _watcher.Dispose();

    private static long SequenceOf(string name) => long.Parse(name.AsSpan(0, SequenceDigits), CultureInfo.InvariantCulture);

    private static string IdOf(string name) => name[(SequenceDigits + 1)..^Extension.Length];

    private void Note(string? name, bool stored)
    {
        if (name?.EndsWith(Extension, StringComparison.Ordinal) == true)
        {
            _events.Enqueue((name, stored));
        }
    }

    private void Apply()
    {
        while (_events.TryDequeue(out var happened))
        {
            if (happened.Stored)
            {
                _stored[IdOf(happened.Name)] = _stored.GetValueOrDefault(IdOf(happened.Name)) + 1;
                _files.Add(happened.Name);
                _new.Add(happened.Name);
                _newest = Math.Max(_newest, SequenceOf(happened.Name));
            }
            else
            {
                _deleted.Add((happened.Name, _newest));
            }
        }
    }
}
