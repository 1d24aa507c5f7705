using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>Looks at the settings file every second, and reads it at once at a SIGHUP.</summary>
internal sealed class SettingsWorker(SettingsReload reload, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _hangUp = new(0);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _hangUp.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // Without this the process would end.
            signal.Cancel = true;
            _hangUp.Release();
        });
        Task hangUp = _hangUp.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(hangUp, Task.Delay(Period, time, stoppingToken)).ConfigureAwait(false);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (hangUp.IsCompleted)
            {
                hangUp = _hangUp.WaitAsync(stoppingToken);
                await reload.ReloadAsync().ConfigureAwait(false);
            }
            else
            {
                await reload.LookAsync().ConfigureAwait(false);
            }
        }
    }
}
