using System.Threading.Channels;
using MQTTnet;

namespace EdgeAdapt.Messaging.MqttNet;

/// <summary>
/// Publishes one message after the other, so that their order is that of the calls, with no more in flight than the broker
/// allows: MQTTnet leaves that limit to its user, and a broker disconnects who breaks it.
/// </summary>
internal sealed class PublishQueue(IMqttClient client, Task<string> disconnected)
{
    private const int NoLimit = ushort.MaxValue;

    private readonly Channel<PendingPublish> _waiting = Channel.CreateUnbounded<PendingPublish>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Adds a message; after the end of the connection it is dropped at once.</summary>
    public async Task<PublishResult> PublishAsync(PendingPublish pending)
    {
        if (!_waiting.Writer.TryWrite(pending))
        {
            return new PublishResult(PublishOutcome.NotConnected, await disconnected.ConfigureAwait(false));
        }

        return await pending.Result.Task.WaitAsync(pending.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends until the connection ends, then drops what still waits.</summary>
    /// <param name="limits">What the broker announced.</param>
    /// <param name="ending">Cancelled with the connection.</param>
    public async Task RunAsync(MqttClientConnectResult limits, CancellationToken ending)
    {
        // The library reports a limit that the broker did not announce as null or as 0.
        long longest = limits.MaximumPacketSize is > 0 and { } bytes ? bytes : long.MaxValue;
        using var slots = new SemaphoreSlim(limits.ReceiveMaximum is > 0 and { } count ? count : NoLimit);
        List<Task> open = [];
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(ending).ConfigureAwait(false))
            {
                // The slot comes before the message: taken first, a message would be lost with nobody told when the connection ends right here.
                await slots.WaitAsync(ending).ConfigureAwait(false);
                if (!_waiting.Reader.TryRead(out PendingPublish? pending))
                {
                    slots.Release();
                }
                else if (pending.Message.PacketLength > longest)
                {
                    slots.Release();
                    pending.Result.TrySetResult(PublishResult.Of(ReasonCodes.PacketTooLarge));
                }
                else
                {
                    open.RemoveAll(static t => t.IsCompleted);
                    open.Add(SendAsync(pending, slots, ending));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the connection.
        }

        _waiting.Writer.TryComplete();
        await Task.WhenAll(open).ConfigureAwait(false);
        while (_waiting.Reader.TryRead(out PendingPublish? dropped))
        {
            dropped.Result.TrySetResult(new PublishResult(PublishOutcome.NotConnected, await disconnected.ConfigureAwait(false)));
        }
    }

    private async Task SendAsync(PendingPublish pending, SemaphoreSlim slots, CancellationToken ending)
    {
        try
        {
            if (pending.Cancellation.IsCancellationRequested)
            {
                return;
            }

            if (!client.IsConnected)
            {
                pending.Result.TrySetResult(new PublishResult(PublishOutcome.NotConnected, "The connection is gone."));
                return;
            }

            // Not the caller's token: cut off in the middle of a packet, the stream would be of no more use to anybody.
            MqttClientPublishResult result = await client.PublishAsync(MqttNetOptions.ToLibrary(pending.Message), ending).ConfigureAwait(false);
            pending.Result.TrySetResult(PublishResult.Of((int)result.ReasonCode));
        }
        catch (Exception e)
        {
            // How much of the packet had been written when the connection ended, the library does not say.
            pending.Result.TrySetResult(new PublishResult(PublishOutcome.Lost, e.Message));
        }
        finally
        {
            slots.Release();
        }
    }
}
