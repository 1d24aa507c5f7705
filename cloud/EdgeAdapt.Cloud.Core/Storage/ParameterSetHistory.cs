using EdgeAdapt.Storage;
using System.Globalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>The last parameter sets of one session, one file a version in one folder. Thread safe.</summary>
public sealed class ParameterSetHistory
{
    private const string Extension = ".safetensors";
    private readonly string _folder;
    private readonly int _length;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, StoredParameterSet> _entries = [];

    private ParameterSetHistory(string folder, int length)
    {
        _folder = folder;
        _length = length;
    }

    /// <summary>The stored versions, oldest first.</summary>
    public IReadOnlyList<StoredParameterSet> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Values];
            }
        }
    }

    /// <summary>The highest stored version; 0 where there is none.</summary>
    public long Newest
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count == 0 ? 0 : _entries.Keys.Max();
            }
        }
    }

    /// <summary>Opens a history, making its folder where it is missing. Damaged files are removed with a log entry.</summary>
    /// <param name="folder">The folder; one process at a time.</param>
    /// <param name="length">How many versions are kept, at least 1.</param>
    /// <param name="logger">Receives what was found damaged.</param>
    public static ParameterSetHistory Open(string folder, int length, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Directory.CreateDirectory(folder);
        DurableFile.DeleteUnfinished(folder);
        var history = new ParameterSetHistory(folder, length);
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            try
            {
                byte[] bytes = File.ReadAllBytes(path);
                history.Add(ParameterSetFile.FromBytes(bytes).Manifest, bytes.Length);
            }
            catch (ParameterSetFormatException)
            {
                logger.ParameterFileDamaged(path);
                File.Delete(path);
            }
        }

        return history;
    }

    /// <summary>Stores a set; when the call returns it survives a power cut. The oldest beyond the length are deleted.</summary>
    /// <param name="manifest">The set's own manifest.</param>
    /// <param name="bytes">The set as <see cref="ParameterSetFile"/> wrote it.</param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Store(ParameterSetManifest manifest, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(bytes);
        DurableFile.Write(PathOf(manifest.Version), bytes);
        lock (_lock)
        {
            Add(manifest, bytes.Length);
            while (_entries.Count > _length)
            {
                Delete(_entries.Keys.First());
            }
        }
    }

    /// <summary>The bytes of a version, or null where it is not (or no longer) stored, or its file cannot be read.</summary>
    public byte[]? Read(long version)
    {
        lock (_lock)
        {
            try
            {
                return _entries.ContainsKey(version) ? File.ReadAllBytes(PathOf(version)) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Deleted by hand, or the disk fails: for whoever asks it is not there.
                return null;
            }
        }
    }

    /// <summary>
    /// Deletes the versions above one: a process that was killed between storing a set and its checkpoint leaves a version
    /// that nobody has seen and that will be made again.
    /// </summary>
    public void RemoveAbove(long version)
    {
        lock (_lock)
        {
            foreach (long above in _entries.Keys.Where(v => v > version).ToArray())
            {
                Delete(above);
            }
        }
    }

    private void Add(ParameterSetManifest manifest, long bytes) =>
        _entries[manifest.Version] = new StoredParameterSet(manifest.Version, bytes, manifest.Created, manifest.SamplesSeen, manifest.Steps);

    private void Delete(long version)
    {
        _entries.Remove(version);
        File.Delete(PathOf(version));
    }

    private string PathOf(long version) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{version:D12}{Extension}"));
}
