using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Uplink;

/// <summary>The uplink over an MQTT session, which it owns.</summary>
public sealed class MqttUplink : IUplink
{
    private readonly MqttSession _session;

    /// <summary>Takes over a session that is not started yet.</summary>
    public MqttUplink(MqttSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _session.StateChanged += _ => ConnectionChanged?.Invoke();
    }

    /// <inheritdoc/>
    public event Action? ConnectionChanged;

    /// <inheritdoc/>
    public bool IsConnected => _session.State == MqttSessionState.Connected;

    /// <inheritdoc/>
    public long BytesSent => _session.BytesSent;

    /// <inheritdoc/>
    public long BytesReceived => _session.BytesReceived;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => _session.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce) =>
        _session.SubscribeAsync(filter, handler, quality);

    /// <inheritdoc/>
    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken) => _session.PublishUntilAnsweredAsync(message, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
