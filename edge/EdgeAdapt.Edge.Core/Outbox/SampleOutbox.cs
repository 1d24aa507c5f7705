using System.Globalization;
using EdgeAdapt.Contracts;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// Samples that wait until the cloud has them: a folder with one file a sample, named by order of arrival and content hash. A sample that
/// <see cref="Add"/> reported as stored survives a kill of the process at any instruction and, on a disk that honours fsync, a power cut.
/// Only <see cref="Acknowledge"/> and a full outbox delete one. Thread safe.
/// </summary>
public sealed class SampleOutbox
{
    private const string QuarantineFolder = "quarantine";
    private const int SequenceDigits = 12;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, OutboxEntry> _entries = [];
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly OutboxOptions _options;
    private readonly ILogger _logger;
    private OutboxCounters _counters = new();
    private long _next = 1;
    private long _bytes;

    private SampleOutbox(string folder, OutboxOptions options, ILogger logger)
    {
        _folder = folder;
        _options = options;
        _logger = logger;
    }

    /// <summary>Samples that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Bytes of their files.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What happened since the outbox was opened.</summary>
    public OutboxCounters Counters => Volatile.Read(ref _counters);

    /// <summary>
    /// Opens the outbox of a folder, creating it where it is missing. Unfinished files of a killed process are deleted, files that were cut
    /// off are set aside; both are counted.
    /// </summary>
    /// <exception cref="StateFolderException">The folder cannot be created or read.</exception>
    public static SampleOutbox Open(string folder, OutboxOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var outbox = new SampleOutbox(folder, options, logger);
        try
        {
            Directory.CreateDirectory(folder);
            outbox.Recover();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFolderException($"Cannot open the outbox '{folder}': {e.Message} Give --state a folder that this user may read and write.", e);
        }

        return outbox;
    }

    /// <summary>Stores a sample. Never throws for a failing disk: the device goes on answering and the loss is counted.</summary>
    public AddOutcome Add(SampleUpload sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ReadOnlyMemory<byte>[] parts = SpoolFile.ToParts(sample);
        long length = parts.Sum(p => (long)p.Length);
        lock (_gate)
        {
            if (_sequences.ContainsKey(sample.Id))
            {
                _counters = _counters with { Duplicates = _counters.Duplicates + 1 };
                return AddOutcome.Duplicate;
            }

            if (length > _options.MaximumBytes)
            {
                _counters = _counters with { DroppedAsTooLarge = _counters.DroppedAsTooLarge + 1 };
                return AddOutcome.TooLarge;
            }

            var entry = new OutboxEntry(_next, sample.Id, length);
            try
            {
                DurableFile.Write(PathOf(entry), parts);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _counters = _counters with { DroppedByStorage = _counters.DroppedByStorage + 1 };
                Log.SampleNotStored(_logger, sample.Id, e.Message);
                return AddOutcome.StorageFailed;
            }

            _next++;
            Insert(entry);

            // After the new one is safe: a crash in between leaves one sample too many, never one too few.
            DropOldest();
            _counters = _counters with { Stored = _counters.Stored + 1 };
            return AddOutcome.Stored;
        }
    }

    /// <summary>The oldest sample for which <paramref name="wanted"/> is true, or null.</summary>
    public OutboxEntry? Oldest(Func<OutboxEntry, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_gate)
        {
            foreach (OutboxEntry entry in _entries.Values)
            {
                if (wanted(entry))
                {
                    return entry;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Reads a waiting sample; null where it was acknowledged or dropped meanwhile, where the disk fails now (it goes on waiting), or where its
    /// file is damaged (it is then set aside and counted).
    /// </summary>
    public SampleUpload? Read(OutboxEntry entry)
    {
        string path = PathOf(entry);
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (FileNotFoundException e)
        {
            SetAside(entry.Id, e.Message);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Too many open files, a disk that is busy failing: the sample itself may be whole, so it stays.
            Log.SampleUnreadable(_logger, entry.Id, e.Message);
            return null;
        }

        if (SpoolFile.Parse(file) is { } sample && sample.Id == entry.Id)
        {
            return sample;
        }

        SetAside(entry.Id, "its checksum does not fit");
        return null;
    }

    /// <summary>Takes a sample that can never be sent out of the outbox and keeps its file in quarantine, counted. An unknown id is ignored.</summary>
    public void SetAside(string id, string reason)
    {
        lock (_gate)
        {
            if (_sequences.TryGetValue(id, out long sequence))
            {
                OutboxEntry entry = _entries[sequence];
                Quarantine(PathOf(entry), reason);
                Remove(entry);
            }
        }
    }

    /// <summary>Deletes samples that the cloud has. Unknown ids, as after a repeated acknowledgement, are ignored.</summary>
    /// <returns>How many were waiting.</returns>
    public int Acknowledge(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int count = 0;
        lock (_gate)
        {
            foreach (string id in ids)
            {
                // A file that cannot be deleted is sent once more after the next start; the cloud knows it by its id.
                if (_sequences.TryGetValue(id, out long sequence))
                {
                    OutboxEntry entry = _entries[sequence];
                    DurableFile.TryDelete(PathOf(entry));
                    Remove(entry);
                    count++;
                }
            }

            _counters = _counters with { Acknowledged = _counters.Acknowledged + count };
        }

        return count;
    }

    private void Recover()
    {
        int unfinished = DurableFile.DeleteUnfinished(_folder);
        _counters = _counters with { Unfinished = unfinished };
        foreach (string path in Directory.EnumerateFiles(_folder, "*" + SpoolFile.Extension).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            int dash = name.IndexOf('-', StringComparison.Ordinal);
            long sequence = 0;
            bool named = dash == SequenceDigits && long.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
            var entry = new OutboxEntry(sequence, name[(dash + 1)..], new FileInfo(path).Length);
            if (!named || _entries.ContainsKey(sequence) || !SpoolFile.IsWhole(path))
            {
                Quarantine(path, named ? "it was cut off" : "its name is not one of the outbox");
            }
            else if (_sequences.ContainsKey(entry.Id))
            {
                DurableFile.TryDelete(path);
            }
            else
            {
                Insert(entry);
            }

            _next = Math.Max(_next, entry.Sequence + 1);
        }

        DropOldest();
        Log.OutboxOpened(_logger, _entries.Count, _bytes, unfinished, _counters.Quarantined);
    }

    private void DropOldest()
    {
        while (_bytes > _options.MaximumBytes && _entries.Count > 0)
        {
            OutboxEntry oldest = _entries.Values.First();
            DurableFile.TryDelete(PathOf(oldest));
            Remove(oldest);
            _counters = _counters with { DroppedForCapacity = _counters.DroppedForCapacity + 1 };
            Log.SampleDropped(_logger, oldest.Id, _options.MaximumBytes);
        }
    }

    private void Quarantine(string path, string reason)
    {
        _counters = _counters with { Quarantined = _counters.Quarantined + 1 };
        Log.SampleQuarantined(_logger, path, reason);
        try
        {
            string folder = Path.Combine(_folder, QuarantineFolder);
            Directory.CreateDirectory(folder);
            File.Move(path, Path.Combine(folder, Path.GetFileName(path)), overwrite: true);
            foreach (string old in Directory.EnumerateFiles(folder).OrderDescending(StringComparer.Ordinal).Skip(_options.QuarantinedFiles))
            {
                DurableFile.TryDelete(old);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays where it is and out of the index; the next start tries again.
            Log.QuarantineFailed(_logger, path, e.Message);
        }
    }

    private void Insert(OutboxEntry entry)
    {
        _entries.Add(entry.Sequence, entry);
        _sequences.Add(entry.Id, entry.Sequence);
        Interlocked.Add(ref _bytes, entry.Bytes);
    }

    private void Remove(OutboxEntry entry)
    {
        _entries.Remove(entry.Sequence);
        _sequences.Remove(entry.Id);
        Interlocked.Add(ref _bytes, -entry.Bytes);
    }

    private string PathOf(OutboxEntry entry) => Path.Combine(_folder, $"{entry.Sequence.ToString($"D{SequenceDigits}", CultureInfo.InvariantCulture)}-{entry.Id}{SpoolFile.Extension}");
}
