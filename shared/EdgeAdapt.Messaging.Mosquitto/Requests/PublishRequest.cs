using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto.Requests;

/// <summary>A message to publish.</summary>
internal sealed class PublishRequest(MqttMessage message, CancellationToken cancellationToken) : NetworkRequest<PublishResult>(cancellationToken)
{
    /// <inheritdoc/>
    public override int Send(MosquittoClient client, out int packetId) => client.Publish(message, out packetId);

    /// <inheritdoc/>
    public override void Answer(int reasonCode) => Complete(
        reasonCode < ReasonCodes.FirstFailure ? PublishResult.Acknowledged : new PublishResult(PublishOutcome.Refused, ReasonCodes.Describe(reasonCode)));

    /// <inheritdoc/>
    public override void Refuse(string fault) => Complete(new PublishResult(PublishOutcome.Refused, fault));

    /// <inheritdoc/>
    public override void Lose(string reason) => Complete(new PublishResult(PublishOutcome.NotConnected, reason));
}
