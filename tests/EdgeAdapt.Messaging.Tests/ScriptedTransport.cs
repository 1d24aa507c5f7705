using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>A transport without a network, for states that a real broker does not offer at will. Publishes stay open until a test answers them.</summary>
internal sealed class ScriptedTransport(ConnectResult result) : IMqttTransport
{
    private readonly Channel<MqttMessage> _messages = Channel.CreateUnbounded<MqttMessage>();
    private readonly TaskCompletionSource<string> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PublishResult> _publish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ConnectResult Accepted { get; } = new(ConnectOutcome.Connected);

    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    public Task<string> Disconnected => _disconnected.Task;

    public List<string> Filters { get; } = [];

    public bool IsDisposed { get; private set; }

    public void Answer(PublishResult answer) => _publish.TrySetResult(answer);

    public void Receive(MqttMessage message) => _messages.Writer.TryWrite(message);

    public void Drop(string reason)
    {
        _messages.Writer.TryComplete();
        _publish.TrySetResult(new PublishResult(PublishOutcome.NotConnected, reason));
        _disconnected.TrySetResult(reason);
    }

    public Task<ConnectResult> ConnectAsync(MqttSessionOptions options, CancellationToken cancellationToken) => Task.FromResult(result);

    public Task<SubscribeResult> SubscribeAsync(string filter, QualityOfService quality, CancellationToken cancellationToken)
    {
        lock (Filters)
        {
            Filters.Add(filter);
        }

        return Task.FromResult(filter.StartsWith("refused", StringComparison.Ordinal) ? new SubscribeResult(false, "Not today.") : SubscribeResult.Success);
    }

    public Task<PublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken) => _publish.Task.WaitAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Drop("Disposed.");
        return ValueTask.CompletedTask;
    }
}
