using Microsoft.Extensions.Hosting;

namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>Looks at the settings file every second, and reads it at once at a SIGHUP.</summary>
internal sealed class SettingsWorker(SettingsReload reload, HangUp signal, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task hangUp = signal.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(hangUp, Task.Delay(Period, time, stoppingToken)).ConfigureAwait(false);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (hangUp.IsCompleted)
            {
                hangUp = signal.WaitAsync(stoppingToken);
                await reload.ReloadAsync().ConfigureAwait(false);
            }
            else
            {
                await reload.LookAsync().ConfigureAwait(false);
            }
        }
    }
}
