using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>An uplink that a test connects, cuts and answers for.</summary>
internal sealed class ScriptedUplink : IUplink
{
    private readonly ConcurrentDictionary<string, Func<MqttMessage, CancellationToken, ValueTask>> _handlers = new();
    private readonly Channel<MqttMessage> _published = Channel.CreateUnbounded<MqttMessage>();

    public event Action? ConnectionChanged;

    public bool IsConnected { get; private set; }

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    /// <summary>What the broker says to a message; by default it takes it.</summary>
    public Func<MqttMessage, PublishOutcome> Answer { get; set; } = _ => PublishOutcome.Acknowledged;

    /// <summary>As <see cref="Answer"/>, for a broker that takes its time; it goes first where there is one.</summary>
    public Func<MqttMessage, Task<PublishOutcome>>? AnswerLater { get; set; }

    /// <summary>Messages published while connected, in order.</summary>
    public ChannelReader<MqttMessage> Published => _published.Reader;

    public void Connect(bool connected)
    {
        IsConnected = connected;
        ConnectionChanged?.Invoke();
    }

    public async Task DeliverAsync(MqttMessage message)
    {
        BytesReceived += message.PacketLength;
        await _handlers[message.Topic](message, CancellationToken.None);
    }

    /// <summary>The next published message of a topic that contains the text; others are skipped.</summary>
    public async Task<MqttMessage> NextAsync(string topicPart)
    {
        while (true)
        {
            MqttMessage message = await _published.Reader.ReadAsync().Reasonable();
            if (message.Topic.Contains(topicPart, StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce)
    {
        _handlers[filter] = handler;
        return ValueTask.CompletedTask;
    }

    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        if (!IsConnected)
        {
            return Task.FromResult(PublishOutcome.NotConnected);
        }

        BytesSent += message.PacketLength;
        Task<PublishOutcome> outcome = AnswerLater?.Invoke(message) ?? Task.FromResult(Answer(message));
        _published.Writer.TryWrite(message);
        return outcome;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
