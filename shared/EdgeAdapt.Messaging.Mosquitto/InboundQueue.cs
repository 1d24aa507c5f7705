using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>Received messages on their way from the network loop to their reader, with a count of the bytes unread.</summary>
/// <param name="limit">Bytes unread from which <see cref="IsFull"/>.</param>
/// <param name="drained">Called by the reader's thread when there is room again.</param>
internal sealed class InboundQueue(long limit, Action drained) : ChannelReader<MqttMessage>
{
    private readonly Channel<MqttMessage> _channel = Channel.CreateUnbounded<MqttMessage>(new UnboundedChannelOptions { SingleWriter = true });
    private long _unread;

    /// <summary>Whether the loop should stop reading from the network.</summary>
    public bool IsFull => Interlocked.Read(ref _unread) >= limit;

    /// <inheritdoc/>
    public override Task Completion => _channel.Reader.Completion;

    /// <summary>Adds a message, full or not.</summary>
    public void Add(MqttMessage message)
    {
        Interlocked.Add(ref _unread, message.PacketLength);
        _channel.Writer.TryWrite(message);
    }

    /// <summary>No more messages will come; what is there stays readable.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out MqttMessage item)
    {
        if (!_channel.Reader.TryRead(out item))
        {
            return false;
        }

        long after = Interlocked.Add(ref _unread, -item.PacketLength);
        if (after < limit && after + item.PacketLength >= limit)
        {
            drained();
        }

        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _channel.Reader.WaitToReadAsync(cancellationToken);
}
