using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Uplink;

/// <summary>The agent's way to the cloud: a session that comes and goes. Members may be called from several threads at once.</summary>
public interface IUplink : IAsyncDisposable
{
    /// <summary>Whether there is a connection now.</summary>
    bool IsConnected { get; }

    /// <summary>Bytes sent so far.</summary>
    long BytesSent { get; }

    /// <summary>Bytes received so far.</summary>
    long BytesReceived { get; }

    /// <summary>Raised after <see cref="IsConnected"/> changed, on the session's own task: return soon.</summary>
    event Action? ConnectionChanged;

    /// <summary>Starts connecting in the background and returns at once.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Receives the messages of a topic, now and after each reconnect, one at a time. At most once, none are kept for it while there is no connection.</summary>
    ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce);

    /// <summary>
    /// Publishes and waits for the broker's answer as long as the connection lasts; at most once, for the network to take the message. Without connection it fails at once.
    /// </summary>
    Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken);
}
