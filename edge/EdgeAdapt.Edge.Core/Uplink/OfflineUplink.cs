using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Uplink;

/// <summary>No uplink at all: the agent adapts its statistics by itself and fills its outbox up to its bound.</summary>
public sealed class OfflineUplink : IUplink
{
    /// <inheritdoc/>
    public event Action? ConnectionChanged
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public bool IsConnected => false;

    /// <inheritdoc/>
    public long BytesSent => 0;

    /// <inheritdoc/>
    public long BytesReceived => 0;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken) => Task.FromResult(PublishOutcome.NotConnected);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
