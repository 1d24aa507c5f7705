using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto.Requests;

/// <summary>A message to publish.</summary>
internal sealed class PublishRequest(MqttMessage message, CancellationToken cancellationToken) : NetworkRequest<PublishResult>(cancellationToken)
{
    /// <inheritdoc/>
    public override int Send(MosquittoClient client, out int packetId) => client.Publish(message, out packetId);

    /// <inheritdoc/>
    public override void Answer(int reasonCode) => Complete(PublishResult.Of(reasonCode));

    /// <inheritdoc/>
    public override void Refuse(string fault) => Complete(new PublishResult(PublishOutcome.Unsendable, fault));

    /// <inheritdoc/>
    public override void Drop(string reason) => Complete(new PublishResult(PublishOutcome.NotConnected, reason));

    /// <inheritdoc/>
    public override void Lose(string reason) => Complete(new PublishResult(PublishOutcome.Lost, reason));
}
