using System.Runtime.InteropServices;

namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>Takes SIGHUP, which would end the process, and remembers that it came.</summary>
internal sealed class HangUp : IDisposable
{
    private readonly SemaphoreSlim _came = new(0);
    private readonly PosixSignalRegistration _registration;

    /// <summary>Takes the signal from now on, until disposal.</summary>
    public HangUp() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        _came.Release();
    });

    /// <summary>Waits for a signal; one that came before counts.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _came.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _came.Dispose();
    }
}
