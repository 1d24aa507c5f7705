using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EdgeAdapt.Contracts;
using MQTTnet;

namespace EdgeAdapt.Messaging.MqttNet;

/// <summary>
/// Received messages that are acknowledged to the broker when they are read. A reader that falls behind thus stops the
/// broker after its receive maximum, while everything else on the connection goes on.
/// </summary>
internal sealed class UnacknowledgedMessages : ChannelReader<MqttMessage>
{
    private readonly Channel<(MqttMessage Message, MqttApplicationMessageReceivedEventArgs Source)> _unread =
        Channel.CreateUnbounded<(MqttMessage, MqttApplicationMessageReceivedEventArgs)>();

    private readonly Channel<MqttApplicationMessageReceivedEventArgs> _read = Channel.CreateUnbounded<MqttApplicationMessageReceivedEventArgs>();

    /// <inheritdoc/>
    public override Task Completion => _unread.Reader.Completion;

    /// <summary>Adds a message that the library must not acknowledge by itself.</summary>
    public void Add(MqttApplicationMessageReceivedEventArgs source)
    {
        source.AutoAcknowledge = false;
        _unread.Writer.TryWrite((MqttNetOptions.FromLibrary(source.ApplicationMessage), source));
    }

    /// <summary>No more messages will come; what is there stays readable.</summary>
    public void Complete()
    {
        _unread.Writer.TryComplete();
        _read.Writer.TryComplete();
    }

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out MqttMessage item)
    {
        bool any = _unread.Reader.TryRead(out (MqttMessage Message, MqttApplicationMessageReceivedEventArgs Source) next);
        item = next.Message;
        if (any)
        {
            _read.Writer.TryWrite(next.Source);
        }

        return any;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _unread.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Acknowledges what is read, in the order of arrival as MQTT 5.0 section 4.6 wants it, until the connection ends.</summary>
    public async Task AcknowledgeAsync(CancellationToken ending)
    {
        try
        {
            await foreach (MqttApplicationMessageReceivedEventArgs source in _read.Reader.ReadAllAsync(ending).ConfigureAwait(false))
            {
                await source.AcknowledgeAsync(ending).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The connection is gone, which the library reports by its own event; the broker sends unacknowledged messages again.
        }
    }
}
