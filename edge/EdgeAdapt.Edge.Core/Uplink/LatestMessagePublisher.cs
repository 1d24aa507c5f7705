using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Uplink;

/// <summary>
/// Publishes messages of which only the newest matters, such as statistics and status: while there is no connection each replaces the one
/// before, and the newest goes out when the connection is back. Thread safe.
/// </summary>
internal sealed class LatestMessagePublisher(IUplink uplink, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly AsyncSignal _signal = new();
    private MqttMessage? _pending;

    /// <summary>Publishes this message as soon as possible, unless a newer one comes before.</summary>
    public void Offer(MqttMessage message)
    {
        Volatile.Write(ref _pending, message);
        _signal.Set();
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        uplink.ConnectionChanged += _signal.Set;
        try
        {
            bool retry = false;
            while (true)
            {
                await _signal.WaitAsync(retry ? RetryDelay : Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
                retry = !await PublishPendingAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            uplink.ConnectionChanged -= _signal.Set;
        }
    }

    /// <summary>False where the message waits for another attempt although there is a connection.</summary>
    private async Task<bool> PublishPendingAsync(CancellationToken cancellationToken)
    {
        if (!uplink.IsConnected || Volatile.Read(ref _pending) is not { } message)
        {
            return true;
        }

        PublishOutcome outcome = await uplink.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (outcome is PublishOutcome.NotConnected or PublishOutcome.TimedOut)
        {
            return !uplink.IsConnected;
        }

        if (outcome == PublishOutcome.Refused)
        {
            Log.MessageRefused(logger, message.Topic);
        }

        // A newer one that came meanwhile has set the signal and stays.
        Interlocked.CompareExchange(ref _pending, null, message);
        return true;
    }
}
