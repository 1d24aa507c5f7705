using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto.Requests;

/// <summary>A filter to subscribe to.</summary>
internal sealed class SubscribeRequest(string filter, QualityOfService quality, CancellationToken cancellationToken) : NetworkRequest<SubscribeResult>(cancellationToken)
{
    /// <inheritdoc/>
    public override int Send(MosquittoClient client, out int packetId) => client.Subscribe(filter, quality, out packetId);

    /// <inheritdoc/>
    public override void Answer(int reasonCode) =>
        Complete(reasonCode < ReasonCodes.FirstFailure ? SubscribeResult.Success : new SubscribeResult(false, ReasonCodes.Describe(reasonCode)));

    /// <inheritdoc/>
    public override void Refuse(string fault) => Complete(new SubscribeResult(false, fault));

    /// <inheritdoc/>
    public override void Drop(string reason) => Lose(reason);

    /// <inheritdoc/>
    public override void Lose(string reason) => Complete(new SubscribeResult(false, reason));
}
