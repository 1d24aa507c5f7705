using EdgeAdapt.Storage;

namespace EdgeAdapt.Cloud.Core.Tests.Storage;

/// <summary>The real disk, on which a process can be killed before it forces names there, and whose power can be cut: names that were never forced are gone then.</summary>
internal sealed class PowerCutDisk : IDurableDisk
{
    private readonly DurableDisk _disk = new();
    private readonly HashSet<string> _unforced = [];

    /// <summary>Whether the process dies when it would force names to the disk.</summary>
    public bool KillsBeforeForcing { get; set; }

    /// <summary>What appending throws; null for nothing.</summary>
    public Exception? AppendFault { get; set; }

    /// <summary>Takes everything away that was not forced to the disk.</summary>
    public void CutPower()
    {
        foreach (string path in _unforced)
        {
            File.Delete(path);
        }

        _unforced.Clear();
    }

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        Stage(path, parts);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public void Stage(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        _disk.Stage(path, parts);
        _unforced.Add(path);
    }

    public void SyncFolder(string path)
    {
        if (KillsBeforeForcing)
        {
            throw new KilledException();
        }

        _disk.SyncFolder(path);
        _unforced.RemoveWhere(p => Path.GetDirectoryName(p) == path);
    }

    public void Append(string path, ReadOnlySpan<byte> bytes, bool forced)
    {
        if (AppendFault is { } fault)
        {
            throw fault;
        }

        _disk.Append(path, bytes, forced);
    }

    public bool TryDelete(string path) => _disk.TryDelete(path);

    /// <summary>No failure of the disk, which the store would tidy up after: the process is gone.</summary>
    public sealed class KilledException : Exception;
}
