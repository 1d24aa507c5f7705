using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Uplink;

/// <summary>
/// Publishes messages of which only the newest matters, such as statistics and status: while there is no connection each replaces the one
/// before, and the newest goes out when the connection is back; the same while a byte budget does not pay for one. Thread safe.
/// </summary>
/// <param name="uplink">The way out.</param>
/// <param name="allowance">Pays.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of messages that are refused.</param>
internal sealed class LatestMessagePublisher(IUplink uplink, ReportAllowance allowance, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly AsyncSignal _signal = new();
    private MqttMessage? _pending;
    private bool _tooLarge;

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
            TimeSpan wait = Timeout.InfiniteTimeSpan;
            while (true)
            {
                await _signal.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
                wait = await PublishPendingAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            uplink.ConnectionChanged -= _signal.Set;
        }
    }

    /// <summary>Publishes what is pending, if there is a connection and the budget pays.</summary>
    /// <returns>After what time to try again, unless something happens before.</returns>
    internal async Task<TimeSpan> PublishPendingAsync(CancellationToken cancellationToken)
    {
        if (!uplink.IsConnected || Volatile.Read(ref _pending) is not { } message)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (allowance.WaitFor(message.PacketLength) is not { } payday)
        {
            if (!_tooLarge)
            {
                Log.ReportTooLarge(logger, message.Topic, message.PacketLength);
            }

            _tooLarge = true;
            Interlocked.CompareExchange(ref _pending, null, message);
            return Timeout.InfiniteTimeSpan;
        }

        if (payday > TimeSpan.Zero)
        {
            return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(payday.TotalMilliseconds), 1, LongestWait.TotalMilliseconds));
        }

        allowance.Spend(message.PacketLength);
        PublishOutcome outcome = await uplink.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (outcome == PublishOutcome.NotConnected)
        {
            allowance.Refund(message.PacketLength);
        }

        if (outcome is PublishOutcome.NotConnected or PublishOutcome.Lost or PublishOutcome.TimedOut)
        {
            return uplink.IsConnected ? RetryDelay : Timeout.InfiniteTimeSpan;
        }

        if (outcome is PublishOutcome.Refused or PublishOutcome.Unsendable)
        {
            Log.MessageRefused(logger, message.Topic);
        }

        // A newer one that came meanwhile has set the signal and stays.
        Interlocked.CompareExchange(ref _pending, null, message);
        return Timeout.InfiniteTimeSpan;
    }
}
