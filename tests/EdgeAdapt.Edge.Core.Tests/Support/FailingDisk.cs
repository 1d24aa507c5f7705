using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>A disk that fails or hangs when a test says so; otherwise the real one.</summary>
internal sealed class FailingDisk : IDurableDisk, IDisposable
{
    private readonly DurableDisk _disk = new();
    private int _waiting;

    /// <summary>What each write, append and forcing throws; null for none.</summary>
    public Func<Exception>? Fault { get; set; }

    /// <summary>What each write throws when the file is there under its name and only the folder is not forced to the disk; null for none.</summary>
    public Func<Exception>? LateFault { get; set; }

    /// <summary>Whether files cannot be deleted.</summary>
    public bool DeletesNothing { get; set; }

    /// <summary>Folders whose names were forced to the disk by themselves.</summary>
    public List<string> Forced { get; } = [];

    /// <summary>Writes wait for it.</summary>
    public ManualResetEventSlim Working { get; } = new(initialState: true);

    /// <summary>Writes that wait for it now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        Fail();
        if (LateFault is { } late)
        {
            _disk.Stage(path, parts);
            throw late();
        }

        _disk.Write(path, parts);
    }

    public void Append(string path, ReadOnlySpan<byte> bytes, bool forced)
    {
        Fail();
        _disk.Append(path, bytes, forced);
    }

    public void Stage(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts) => _disk.Stage(path, parts);

    public void SyncFolder(string path)
    {
        Fail();
        _disk.SyncFolder(path);
        Forced.Add(path);
    }

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public bool TryDelete(string path) => !DeletesNothing && _disk.TryDelete(path);

    public void Dispose() => Working.Dispose();

    private void Fail()
    {
        Interlocked.Increment(ref _waiting);
        Assert.True(Working.Wait(Within.Limit));
        Interlocked.Decrement(ref _waiting);
        if (Fault is { } fault)
        {
            throw fault();
        }
    }
}
