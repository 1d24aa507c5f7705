using EdgeAdapt.Contracts;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// Samples that wait until the cloud has them: a folder with one file a sample, named by order of arrival and content hash. A sample that
/// <see cref="Add"/> reported as stored survives a kill of the process at any instruction and, on a disk that honours fsync, a power cut.
/// Only <see cref="Acknowledge"/>, its age, and a full outbox delete one; a full one gives up the least valuable. Thread safe.
/// </summary>
public sealed class SampleOutbox
{
    private const string QuarantineFolder = "quarantine";
    private const string AcknowledgedFile = "acknowledged.ids";
    private const string ClockFile = "clock.json";
    private readonly Lock _gate = new();
    private readonly OutboxIndex _index = new();
    private readonly string _folder;
    private OutboxOptions _options;
    private readonly IDurableDisk _disk;
    private readonly ILogger _logger;
    private readonly RememberedIds _acknowledged;
    private readonly SpoolQuarantine _quarantine;
    private readonly OutboxClock _clock;
    private OutboxCounters _counters = new();
    private OutboxDrops _reported = new();
    private long _busy;
    private long _next = 1;
    private bool _failing;
    private bool _unencodable;

    private SampleOutbox(string folder, OutboxOptions options, TimeProvider time, ILogger logger, IDurableDisk disk)
    {
        _folder = folder;
        _options = options;
        _disk = disk;
        _logger = logger;
        disk.CreateFolder(folder);

        // Not forced to the disk, or each acknowledgement would cost an fsync: an id that a power cut took costs one upload at most, and the cloud knows it.
        string ids = Path.Combine(folder, AcknowledgedFile);
        _acknowledged = new RememberedIds(
            ids, options.RememberedIds, disk, forced: false, reason => Log.OutboxFileUnusable(logger, ids, "samples that the cloud has may be sent once more", reason));
        _quarantine = new SpoolQuarantine(Path.Combine(folder, QuarantineFolder), options.QuarantinedFiles, disk, logger);
        long? latest = Recover();
        MakeLasting();
        _clock = new OutboxClock(Path.Combine(folder, ClockFile), latest, options.MaximumAge / 2, time, disk, logger);
        DropTooOld();
        DropToCapacity();
        Log.OutboxOpened(logger, _index.Count, _index.Bytes, _counters.Unfinished, _counters.Drops.Damaged);
    }

    /// <summary>Samples that wait.</summary>
    public int Count => _index.Count;

    /// <summary>Bytes of their files.</summary>
    public long Bytes => _index.Bytes;

    /// <summary>Bytes that they may take now.</summary>
    public long MaximumBytes
    {
        get
        {
            lock (_gate)
            {
                return _options.MaximumBytes;
            }
        }
    }

    /// <summary>What happened since the outbox was opened.</summary>
    public OutboxCounters Counters
    {
        get
        {
            OutboxCounters counters = Volatile.Read(ref _counters);
            return counters with { Drops = counters.Drops with { Busy = Interlocked.Read(ref _busy) } };
        }
    }

    /// <summary>
    /// Opens the outbox of a folder, creating it where it is missing. Unfinished files of a killed process are deleted, files that were cut
    /// off are set aside; both are counted.
    /// </summary>
    /// <exception cref="StateFolderException">The folder cannot be created or read.</exception>
    public static SampleOutbox Open(string folder, OutboxOptions options, TimeProvider time, ILogger logger) => Open(folder, options, time, logger, new DurableDisk());

    /// <summary>As the other, on a disk that may fail.</summary>
    internal static SampleOutbox Open(string folder, OutboxOptions options, TimeProvider time, ILogger logger, IDurableDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            return new SampleOutbox(folder, options, time, logger, disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFolderException($"Cannot open the outbox '{folder}': {e.Message} Give --state a folder that this user may read and write.", e);
        }
    }

    /// <summary>
    /// Stores a sample; returns when it is forced to the disk, so it is not for a thread that answers: see <see cref="OutboxIntake"/>. Never throws for
    /// a failing disk: the device goes on answering and the loss is counted.
    /// </summary>
    /// <param name="sample">The sample.</param>
    /// <param name="merit">What its place is decided by; null for <see cref="SampleMerit.Unknown"/>.</param>
    public AddOutcome Add(SampleUpload sample, SampleMerit? merit = null)
    {
        ArgumentNullException.ThrowIfNull(sample);
        merit ??= SampleMerit.Unknown;
        lock (_gate)
        {
            _unencodable = false;
            if (_index.TryGet(sample.Id, out _) || _acknowledged.Contains(sample.Id))
            {
                CountDrop(d => d with { Duplicate = d.Duplicate + 1 });
                return AddOutcome.Duplicate;
            }

            SampleWorth worth = Appraise(merit);
            ReadOnlyMemory<byte>[] parts = SpoolFile.ToParts(sample, worth);
            var entry = new OutboxEntry(_next, sample.Id, parts.Sum(p => (long)p.Length), worth.Score(_options.Value), worth.Stamp);
            if (entry.Bytes > Math.Min(_options.MaximumBytes, _options.MaximumSampleBytes))
            {
                CountDrop(d => d with { Unsendable = d.Unsendable + 1 });
                return AddOutcome.TooLarge;
            }

            if (_index.Victims(_index.Bytes + entry.Bytes - _options.MaximumBytes, entry.Score) is null)
            {
                CountDrop(d => d with { Full = d.Full + 1 });
                return AddOutcome.LessValuable;
            }

            // Whatever becomes of the file: a number that is given twice costs the second sample at the next start.
            _next++;
            try
            {
                _disk.Write(PathOf(entry), parts);
                _failing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The file may be there under its name already, where only the folder could not be forced to the disk.
                _disk.TryDelete(PathOf(entry));
                CountDrop(d => d with { Storage = d.Storage + 1 });
                ReportFailure(sample.Id, e.Message);
                return AddOutcome.StorageFailed;
            }

            _index.Insert(entry, worth.Prediction);

            // After the new one is safe: a crash in between leaves one sample too many, never one too few.
            DropToCapacity();
            _counters = _counters with { Stored = _counters.Stored + 1 };
            return AddOutcome.Stored;
        }
    }

    /// <summary>Counts a sample that was not even handed to the outbox, because its queue was full. Does not wait for the disk.</summary>
    public void CountBusy() => Interlocked.Increment(ref _busy);

    /// <summary>Counts a sample that cannot be brought into the form that travels; logs the first of a row.</summary>
    internal void CountNotEncoded(string reason)
    {
        lock (_gate)
        {
            CountDrop(d => d with { Unsendable = d.Unsendable + 1 });
            if (!_unencodable)
            {
                Log.SampleNotEncoded(_logger, reason);
            }

            _unencodable = true;
        }
    }

    /// <summary>The waiting samples that <see cref="Add"/> would give up for this one, the least valuable first; empty where there is room, null where it would be dropped itself.</summary>
    internal IReadOnlyList<OutboxEntry>? VictimsOf(SampleUpload sample, SampleMerit merit)
    {
        lock (_gate)
        {
            SampleWorth worth = Appraise(merit);
            return _index.Victims(_index.Bytes + SpoolFile.ToParts(sample, worth).Sum(p => (long)p.Length) - _options.MaximumBytes, worth.Score(_options.Value));
        }
    }

    /// <summary>The most valuable sample for which <paramref name="wanted"/> is true, or null.</summary>
    public OutboxEntry? Best(Func<OutboxEntry, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_gate)
        {
            foreach (OutboxEntry entry in _index.InOrder)
            {
                if (wanted(entry))
                {
                    return entry;
                }
            }

            return null;
        }
    }

    /// <summary>Drops the samples that have waited longer than <see cref="OutboxOptions.MaximumAge"/>; counted.</summary>
    public void DropTooOld()
    {
        lock (_gate)
        {
            long oldest = _clock.Now - (long)_options.MaximumAge.TotalMilliseconds;
            while (_index.Earliest is { } entry && entry.Stamp < oldest)
            {
                Delete(entry);
                CountDrop(d => d with { TooOld = d.TooOld + 1 });
            }
        }
    }

    /// <summary>Notes on the disk how samples age, where that is due: where the clock on the wall was set, else each hour. Called about once a minute.</summary>
    public void NoteClock()
    {
        lock (_gate)
        {
            _clock.Note();
        }
    }

    /// <summary>Logs what was dropped since the last call, by reason, in one line; nothing where nothing was.</summary>
    public void LogDrops()
    {
        OutboxDrops now = Counters.Drops;
        OutboxDrops before = Interlocked.Exchange(ref _reported, now);
        if (now != before)
        {
            Log.SamplesDropped(
                _logger, now.Full - before.Full, now.TooOld - before.TooOld, now.Duplicate - before.Duplicate, now.Damaged - before.Damaged, now.Unsendable - before.Unsendable,
                now.Storage - before.Storage, now.Busy - before.Busy, now.Lost);
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
            Lose(entry.Id, e.Message);
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

        Lose(entry.Id, "its checksum does not fit");
        return null;
    }

    /// <summary>Takes a sample that can never be sent out of the outbox and keeps its file in quarantine, counted. An unknown id is ignored.</summary>
    public void Refuse(string id, string reason)
    {
        lock (_gate)
        {
            if (_index.TryGet(id, out OutboxEntry entry))
            {
                CountDrop(d => d with { Unsendable = d.Unsendable + 1 });
                Log.SampleUnsendable(_logger, id, reason);
                _quarantine.Take(PathOf(entry));
                _index.Remove(entry);
            }
        }
    }

    /// <summary>Holds other amounts from now on; what is too much is dropped at once, the least valuable first, and counted.</summary>
    /// <param name="maximumBytes"><see cref="OutboxOptions.MaximumBytes"/>.</param>
    /// <param name="maximumSampleBytes"><see cref="OutboxOptions.MaximumSampleBytes"/>.</param>
    public void ChangeBounds(long maximumBytes, long maximumSampleBytes)
    {
        lock (_gate)
        {
            _options = _options with { MaximumBytes = maximumBytes, MaximumSampleBytes = maximumSampleBytes };
            DropToCapacity();
        }
    }

    /// <summary>Deletes samples that the cloud has. Unknown ids, as after a repeated acknowledgement, are ignored.</summary>
    /// <returns>How many were waiting.</returns>
    public int Acknowledge(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        string[] acknowledged = [.. ids];
        int count = 0;
        lock (_gate)
        {
            Remember(acknowledged);
            foreach (string id in acknowledged)
            {
                // A file that cannot be deleted, or that a power cut brings back, is known at the next start by its id.
                if (_index.TryGet(id, out OutboxEntry entry))
                {
                    Delete(entry);
                    count++;
                }
            }

            _counters = _counters with { Acknowledged = _counters.Acknowledged + count };
        }

        return count;
    }

    private SampleWorth Appraise(SampleMerit merit)
    {
        Prediction? prediction = merit.Prediction is { IsUsable: true } usable ? usable : null;
        double information = double.IsNaN(merit.Information) ? 0 : Math.Clamp(merit.Information, 0, 1);
        return new SampleWorth(information, _index.Novelty(prediction, _options.Value.Neighbours), _clock.Now, prediction);
    }

    /// <summary>Before the files are deleted: the other way round a crash in between would forget what the cloud has.</summary>
    private void Remember(string[] acknowledged)
    {
        try
        {
            _acknowledged.Add(acknowledged);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleting the files may free the very space that is missing; the worst is an upload that the cloud knows already.
            Log.AcknowledgementsNotSaved(_logger, acknowledged.Length, e.Message);
        }
    }

    /// <returns>The latest stamp of the files, or null where there is none.</returns>
    private long? Recover()
    {
        int unfinished = DurableFile.DeleteUnfinished(_folder);
        _counters = _counters with { Unfinished = unfinished };
        long? latest = null;
        foreach (string path in Directory.EnumerateFiles(_folder, "*" + SpoolFile.Extension).Order(StringComparer.Ordinal))
        {
            bool named = SpoolName.TryParse(path, out long sequence, out string id);
            _next = named ? Math.Max(_next, sequence + 1) : _next;
            if (_acknowledged.Contains(id) || _index.TryGet(id, out _))
            {
                _disk.TryDelete(path);
            }
            else if (!named || _index.HasSequence(sequence))
            {
                SetAside(path, "its name is not one of the outbox");
            }
            else if (TryIndex(path, sequence, id) is { } stamp)
            {
                latest = Math.Max(latest ?? stamp, stamp);
            }
        }

        return latest;
    }

    /// <summary>Lets the sample of a file wait. One that is cut off is set aside, one that cannot be read is left alone; both are counted.</summary>
    /// <returns>Its stamp, or null.</returns>
    private long? TryIndex(string path, long sequence, string id)
    {
        try
        {
            if (SpoolFile.Peek(path) is { } metadata)
            {
                SampleWorth worth = metadata.Worth is { } known && known.IsUsable() ? known : new SampleWorth(0.5, 0.5, metadata.Captured.ToUnixTimeMilliseconds(), null);
                _index.Insert(new OutboxEntry(sequence, id, new FileInfo(path).Length, worth.Score(_options.Value), worth.Stamp), worth.Prediction);
                return worth.Stamp;
            }

            SetAside(path, "it was cut off");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A bad sector, another owner, too many open files: the device answers without this sample, which may be whole and is tried again at the next start.
            CountDrop(d => d with { Damaged = d.Damaged + 1 });
            Log.OutboxFileUnusable(_logger, path, "its sample waits for the next start", e.Message);
        }

        return null;
    }

    /// <summary>
    /// Forces the names of the files to the disk. A process that was killed between giving a file its name and that had accepted nothing yet; but from here on the
    /// sample waits, its bytes count as a duplicate, and others may be given up for it.
    /// </summary>
    private void MakeLasting()
    {
        try
        {
            _disk.SyncFolder(_folder);
        }
        catch (IOException)
        {
            // A disk that fails must not keep the device from answering; each sample to be stored meets the same failure and counts it.
        }
    }

    private void DropToCapacity()
    {
        while (_index.Bytes > _options.MaximumBytes && _index.Least is { } least)
        {
            Delete(least);
            CountDrop(d => d with { Full = d.Full + 1 });
        }
    }

    private void Lose(string id, string reason)
    {
        lock (_gate)
        {
            if (_index.TryGet(id, out OutboxEntry entry))
            {
                SetAside(PathOf(entry), reason);
                _index.Remove(entry);
            }
        }
    }

    private void SetAside(string path, string reason)
    {
        CountDrop(d => d with { Damaged = d.Damaged + 1 });
        Log.SampleQuarantined(_logger, path, reason);
        _quarantine.Take(path);
    }

    /// <summary>One line for each time that the disk begins to fail, not one for each sample that it does not take.</summary>
    private void ReportFailure(string id, string reason)
    {
        if (!_failing)
        {
            Log.SampleNotStored(_logger, id, reason);
        }

        _failing = true;
    }

    private void CountDrop(Func<OutboxDrops, OutboxDrops> change) => _counters = _counters with { Drops = change(_counters.Drops) };

    private void Delete(OutboxEntry entry)
    {
        _disk.TryDelete(PathOf(entry));
        _index.Remove(entry);
    }

    private string PathOf(OutboxEntry entry) => Path.Combine(_folder, SpoolName.Of(entry.Sequence, entry.Id));
}
