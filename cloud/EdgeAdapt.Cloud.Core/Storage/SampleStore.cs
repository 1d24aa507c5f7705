using EdgeAdapt.Storage;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>
/// The uploaded samples of one session, one file a sample in one folder. The file's name holds the order of arrival and the
/// identifier, so that the index is rebuilt at start from names alone. Identifiers of samples that were deleted because they are no longer needed are remembered: a device
/// whose acknowledgement was lost may send one again days later. Thread safe.
/// </summary>
public sealed class SampleStore
{
    /// <summary>Identifiers of deleted samples that are remembered unless somebody says otherwise: 4 MiB on the disk, some 13 MB of memory, when all are there.</summary>
    public const int DefaultRememberedIds = 1 << 18;

    private const string Extension = ".sample";
    private const string DeletedFile = "deleted.ids";
    private const int SequenceDigits = 16;
    private const int IdDigits = 32;
    private readonly string _folder;
    private readonly IDurableDisk _disk;
    private readonly ILogger _logger;
    private readonly RememberedIds _deleted;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, StoredSample> _bySequence = [];
    private readonly Dictionary<string, StoredSample> _byId = new(StringComparer.Ordinal);
    private long _lastSequence;
    private long _bytes;

    private SampleStore(string folder, int rememberedIds, ILogger logger, IDurableDisk disk)
    {
        _folder = folder;
        _logger = logger;
        _disk = disk;
        _deleted = new RememberedIds(Path.Combine(folder, DeletedFile), rememberedIds, disk, forced: true);
    }

    /// <summary>Number of samples on the disk.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _bySequence.Count;
            }
        }
    }

    /// <summary>Size of all sample files in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>
    /// Opens a store, making its folder where it is missing. Half-written files are deleted; cut-off ones too, with a log
    /// entry, because a device that still has the sample must be able to send it again.
    /// </summary>
    /// <param name="folder">The folder; one process at a time.</param>
    /// <param name="lastSequence">The last sequence number known to have been given, even if its file is gone since.</param>
    /// <param name="logger">Receives what was found damaged.</param>
    /// <param name="rememberedIds">Identifiers of deleted samples that are remembered, 0 or more.</param>
    /// <param name="disk">Where the store lies; null for the machine's own disk.</param>
    /// <exception cref="IOException">The disk is full, read-only or failing.</exception>
    public static SampleStore Open(string folder, long lastSequence, ILogger logger, int rememberedIds = DefaultRememberedIds, IDurableDisk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        disk ??= new DurableDisk();
        disk.CreateFolder(folder);
        DurableFile.DeleteUnfinished(folder);
        var store = new SampleStore(folder, rememberedIds, logger, disk) { _lastSequence = lastSequence };
        Span<byte> start = stackalloc byte[12];
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*" + Extension))
        {
            if (TryParseName(file.Name) is not var (sequence, id))
            {
                continue;
            }

            using (FileStream stream = file.OpenRead())
            {
                int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
                if (SampleFile.IsWhole(start[..read], stream.Length) && store.TryIndex(new StoredSample(sequence, id, stream.Length)))
                {
                    continue;
                }
            }

            logger.SampleFileDamaged(file.FullName);
            file.Delete();
        }

        // A service that was killed before it had forced a name to the disk never acknowledged the sample. The device sends it again and is now told that it is here:
        // without this a power cut behind that would take it from both.
        disk.SyncFolder(folder);
        return store;
    }

    /// <summary>Whether a sample with this identifier is on the disk.</summary>
    public bool Contains(string id)
    {
        lock (_lock)
        {
            return _byId.ContainsKey(id);
        }
    }

    /// <summary>The sample with this identifier, or null.</summary>
    public StoredSample? Find(string id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>The samples that arrived after a sequence number, oldest first.</summary>
    public IReadOnlyList<StoredSample> After(long sequence)
    {
        lock (_lock)
        {
            return [.. _bySequence.Values.Where(s => s.Sequence > sequence)];
        }
    }

    /// <summary>
    /// Writes samples; when the call returns they survive a power cut. Called by one writer at a time. A sample that is already
    /// there, or was and is remembered, or comes twice in the list, is written once.
    /// </summary>
    /// <returns>For each sample its entry (sequence 0 where it was deleted since), and whether this call wrote it.</returns>
    /// <exception cref="IOException">The disk is full or broken: none of the samples may be acknowledged.</exception>
    public IReadOnlyList<(StoredSample Entry, bool Added)> Add(IReadOnlyList<SampleContent> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var staged = new Dictionary<string, StoredSample>(StringComparer.Ordinal);
        var results = new (StoredSample, bool)[samples.Count];
        try
        {
            for (int i = 0; i < samples.Count; i++)
            {
                string id = samples[i].Id;
                if ((staged.GetValueOrDefault(id) ?? FindEver(id)) is { } known)
                {
                    results[i] = (known, false);
                    continue;
                }

                byte[] bytes = SampleFile.ToBytes(samples[i]);
                var entry = new StoredSample(++_lastSequence, id, bytes.Length);
                staged.Add(id, entry);
                _disk.Stage(PathOf(entry), [bytes]);
                results[i] = (entry, true);
            }

            if (staged.Count > 0)
            {
                _disk.SyncFolder(_folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The devices will send these again; the files would then be there twice.
            foreach (StoredSample entry in staged.Values)
            {
                File.Delete(PathOf(entry));
                File.Delete(PathOf(entry) + DurableFile.UnfinishedExtension);
            }

            throw e as IOException ?? new IOException(e.Message, e);
        }

        lock (_lock)
        {
            foreach (StoredSample entry in staged.Values)
            {
                TryIndex(entry);
            }
        }

        return results;
    }

    /// <summary>Reads a sample back.</summary>
    /// <returns>The sample, or null where its file is gone or damaged; a damaged one is then removed and logged.</returns>
    public SampleContent? Read(StoredSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        string path = PathOf(sample);
        try
        {
            if (SampleFile.TryParse(File.ReadAllBytes(path)) is { } content)
            {
                return content;
            }
        }
        catch (FileNotFoundException)
        {
            // Reported below like a damaged one: somebody deleted it by hand.
        }

        _logger.SampleFileDamaged(path);
        Delete([sample]);
        return null;
    }

    /// <summary>Deletes samples that are no longer needed and remembers that they were here. After a crash some of them may be there again, which does no harm.</summary>
    public void Remove(IEnumerable<StoredSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        StoredSample[] removed = [.. samples];
        try
        {
            lock (_lock)
            {
                // Before the files go: the other way round a kill in between would forget them.
                _deleted.Add(removed.Select(s => s.Id));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleting the files may free the very space that is missing.
            _logger.DeletedIdsNotSaved(removed.Length, _folder, e.Message);
        }

        Delete(removed);
    }

    private void Delete(StoredSample[] samples)
    {
        foreach (StoredSample sample in samples)
        {
            lock (_lock)
            {
                if (_bySequence.Remove(sample.Sequence))
                {
                    _byId.Remove(sample.Id);
                    _bytes -= sample.FileBytes;
                }
            }

            File.Delete(PathOf(sample));
        }
    }

    /// <summary>
    /// The oldest samples up to a sequence number that go beyond the number to keep: what may be deleted.
    /// </summary>
    /// <param name="processed">Samples after this one still wait and are never among the answer.</param>
    /// <param name="keep">How many of the newest processed samples stay.</param>
    public IReadOnlyList<StoredSample> Excess(long processed, int keep)
    {
        lock (_lock)
        {
            int done = _bySequence.Values.TakeWhile(s => s.Sequence <= processed).Count();
            return [.. _bySequence.Values.Take(Math.Max(0, done - keep))];
        }
    }

    private StoredSample? FindEver(string id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id) ?? (_deleted.Contains(id) ? new StoredSample(0, id, 0) : null);
        }
    }

    private static (long Sequence, string Id)? TryParseName(string name) =>
        name.Length == SequenceDigits + 1 + IdDigits + Extension.Length
            && long.TryParse(name.AsSpan(0, SequenceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            ? (sequence, name.Substring(SequenceDigits + 1, IdDigits))
            : null;

    private string PathOf(StoredSample sample) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{sample.Sequence:D16}-{sample.Id}{Extension}"));

    private bool TryIndex(StoredSample sample)
    {
        if (!_byId.TryAdd(sample.Id, sample))
        {
            return false;
        }

        _bySequence.Add(sample.Sequence, sample);
        _bytes += sample.FileBytes;
        _lastSequence = Math.Max(_lastSequence, sample.Sequence);
        return true;
    }
}
