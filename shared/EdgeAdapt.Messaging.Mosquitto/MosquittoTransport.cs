using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging.Mosquitto.Requests;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>
/// A connection through Eclipse Mosquitto's client library (libmosquitto 2.0, Linux). The library acknowledges a message to
/// the broker when it arrives, before any handler has seen it: what must not be lost needs an acknowledgement of its own above MQTT.
/// </summary>
public sealed class MosquittoTransport : IMqttTransport
{
    private static readonly Channel<MqttMessage> NoMessages = Channel.CreateBounded<MqttMessage>(1);
    private readonly TaskCompletionSource<string> _neverConnected = new();
    private NetworkLoop? _loop;

    static MosquittoTransport() => NoMessages.Writer.Complete();

    /// <inheritdoc/>
    public ChannelReader<MqttMessage> Messages => _loop?.Messages ?? NoMessages.Reader;

    /// <inheritdoc/>
    public Task<string> Disconnected => _loop?.Disconnected ?? _neverConnected.Task;

    /// <inheritdoc/>
    public Task<ConnectResult> ConnectAsync(MqttSessionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_loop is not null)
        {
            throw new InvalidOperationException("The transport has connected before. Make a new one for each connection.");
        }

        _loop = new NetworkLoop(options);
        _loop.Start();
        return _loop.Connected.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SubscribeResult> SubscribeAsync(string filter, QualityOfService quality, CancellationToken cancellationToken)
    {
        var request = new SubscribeRequest(filter, quality, cancellationToken);
        Started().Add(request);
        return request.Result;
    }

    /// <inheritdoc/>
    public Task<PublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        var request = new PublishRequest(message, cancellationToken);
        Started().Add(request);
        return request.Result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private NetworkLoop Started() => _loop ?? throw new InvalidOperationException("Connect first.");
}
