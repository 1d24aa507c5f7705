using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.MqttNet;

/// <summary>A message on its way to the sender, and who waits for its fate.</summary>
/// <param name="Message">The message.</param>
/// <param name="Cancellation">Says that nobody waits any more.</param>
internal sealed record PendingPublish(MqttMessage Message, CancellationToken Cancellation)
{
    /// <summary>What became of it.</summary>
    public TaskCompletionSource<PublishResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
