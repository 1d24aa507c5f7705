using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>A transport without a network, for states that a real broker does not offer at will. Publishes stay open until a test answers them, subscriptions are granted except those to filters in <see cref="Refused"/>.</summary>
internal sealed class ScriptedTransport(ConnectResult result) : IMqttTransport
{
    private readonly Channel<MqttMessage> _messages = Channel.CreateUnbounded<MqttMessage>();
    private readonly TaskCompletionSource<string> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<PublishResult> _publish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ConnectResult Accepted { get; } = new(ConnectOutcome.Connected);

    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    public Task<string> Disconnected => _disconnected.Task;

    public List<string> Filters { get; } = [];

    /// <summary>Filters that the broker refuses now.</summary>
    public ConcurrentDictionary<string, string> Refused { get; } = new(StringComparer.Ordinal) { ["refused/#"] = "Not today." };

    public bool IsDisposed { get; private set; }

    /// <summary>Answers the publishes that are open; later ones stay open.</summary>
    public void Answer(PublishResult answer) =>
        Interlocked.Exchange(ref _publish, new TaskCompletionSource<PublishResult>(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(answer);

    public void Receive(MqttMessage message) => _messages.Writer.TryWrite(message);

    public void Drop(string reason)
    {
        _messages.Writer.TryComplete();
        _publish.TrySetResult(new PublishResult(PublishOutcome.Lost, reason));
        _disconnected.TrySetResult(reason);
    }

    public Task<ConnectResult> ConnectAsync(MqttSessionOptions options, CancellationToken cancellationToken) => Task.FromResult(result);

    public Task<SubscribeResult> SubscribeAsync(string filter, QualityOfService quality, CancellationToken cancellationToken)
    {
        lock (Filters)
        {
            Filters.Add(filter);
        }

        return Task.FromResult(Refused.TryGetValue(filter, out string? fault) ? new SubscribeResult(false, fault) : SubscribeResult.Success);
    }

    public Task<PublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken) => _publish.Task.WaitAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Drop("Disposed.");
        return ValueTask.CompletedTask;
    }
}
