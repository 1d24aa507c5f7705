using System.Threading.Channels;

namespace EdgeAdapt.Edge.Core.Threading;

/// <summary>
/// Wakes one waiting worker. Signals that come before it waits are kept as one, so that none is missed and a hundred cost one round. Any
/// thread may set it; one at a time may wait.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the worker.</summary>
    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for a signal, or for the time to pass; <see cref="Timeout.InfiniteTimeSpan"/> waits for the signal alone.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_channel.Reader.TryRead(out _))
        {
            return;
        }

        if (longest == Timeout.InfiniteTimeSpan)
        {
            await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _channel.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time passed; the caller looks at the clock itself.
        }
    }
}
