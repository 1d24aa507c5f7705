using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>A disk that fails or hangs when a test says so; otherwise the real one.</summary>
internal sealed class FailingDisk : ISpoolDisk, IDisposable
{
    private readonly SpoolDisk _disk = new();

    /// <summary>What each write and append throws; null for none.</summary>
    public Func<Exception>? Fault { get; set; }

    /// <summary>Writes wait for it.</summary>
    public ManualResetEventSlim Working { get; } = new(initialState: true);

    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        Fail();
        _disk.Write(path, parts);
    }

    public void Append(string path, ReadOnlySpan<byte> bytes)
    {
        Fail();
        _disk.Append(path, bytes);
    }

    public bool TryDelete(string path) => _disk.TryDelete(path);

    public void Dispose() => Working.Dispose();

    private void Fail()
    {
        Assert.True(Working.Wait(Within.Limit));
        if (Fault is { } fault)
        {
            throw fault();
        }
    }
}
