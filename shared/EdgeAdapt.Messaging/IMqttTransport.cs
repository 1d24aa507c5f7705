using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging;

/// <summary>
/// One MQTT 5 connection, from connecting to its end; it never reconnects and never sends a message twice, so whoever
/// publishes alone decides about repetition. Members other than <see cref="ConnectAsync"/> may be called from several threads at once.
/// Disposal closes the connection in good order (the will is not sent), ends every wait and completes <see cref="Messages"/>.
/// </summary>
public interface IMqttTransport : IAsyncDisposable
{
    /// <summary>
    /// Messages received, in order, with the connection's own threads out of the way. Completes with the connection; what
    /// arrived before stays readable. Bounded: with too much unread the connection stops reading.
    /// </summary>
    ChannelReader<MqttMessage> Messages { get; }

    /// <summary>Ends, with a sentence that says why, when an established connection is over. Never faults.</summary>
    Task<string> Disconnected { get; }

    /// <summary>Connects. Call it once. Expected failures are outcomes; after one of them the transport can only be disposed.</summary>
    /// <param name="options">Options without faults.</param>
    /// <param name="cancellationToken">Gives up waiting; dispose the transport then.</param>
    Task<ConnectResult> ConnectAsync(MqttSessionOptions options, CancellationToken cancellationToken);

    /// <summary>Subscribes and waits for the broker's answer.</summary>
    Task<SubscribeResult> SubscribeAsync(string filter, QualityOfService quality, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes at the message's quality of service and waits for the broker's answer, without a time limit of its own; at most once, it waits until the network has the
    /// message, which then counts as acknowledged. Cancellation ends the wait, not the transmission. <see cref="PublishOutcome.NotConnected"/> says that nothing of it was sent,
    /// <see cref="PublishOutcome.Lost"/> that it may have been.
    /// </summary>
    Task<PublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken);
}
