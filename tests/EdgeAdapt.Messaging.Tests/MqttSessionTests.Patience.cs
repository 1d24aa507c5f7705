using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>A connection that stands and does not do what it is there for: no answers, slow ones, a refusal for a while.</summary>
public sealed partial class MqttSessionTests
{
    [Fact]
    public async Task SubscribeAsync_BrokerSaysNoForAWhile_IsTriedAgainOnTheSameConnection()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await session.SubscribeAsync("refused/#", Ignore);
        await ConnectAsync(session);
        var retry = TimeSpan.FromMinutes(3);

        // Still refused: tried again, and not logged again.
        _time.Advance(await _time.ArmedAsync(t => t == retry).Reasonable());
        await _time.ArmedAsync(t => t == retry).Reasonable();
        transports[0].Refused.Clear();
        _time.Advance(retry);
        await _time.ArmedAsync(t => t == retry).Reasonable();
        _time.Advance(retry);
        await _time.ArmedAsync(t => t == retry).Reasonable();

        Assert.Equal(["refused/#", "refused/#", "refused/#"], transports[0].Filters);
        Assert.Single(_log.Lines, l => l.Id == EventIds.MessagingSubscription);
        Assert.Single(_log.Lines, l => l.Id == EventIds.MessagingSubscription + 3);
        Assert.Single(transports);
    }

    [Fact]
    public async Task PublishUntilAnsweredAsync_AnswerComesLate_IsTheAnswer()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);

        Task<PublishOutcome> publishing = session.PublishUntilAnsweredAsync(Message("x"), CancellationToken.None);
        await TimeOutAsync(BrokerSilence.TooManyTimeouts - 1);
        Assert.False(publishing.IsCompleted);
        transports[0].Answer(PublishResult.Acknowledged);

        Assert.Equal(PublishOutcome.Acknowledged, await publishing.Reasonable());
        Assert.False(transports[0].IsDisposed);
    }

    [Fact]
    public async Task PublishUntilAnsweredAsync_BrokerAnswersNoPublish_ConnectsAnew()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        Task disconnected = session.WaitForAsync(MqttSessionState.Disconnected, CancellationToken.None);

        Task<PublishOutcome> publishing = session.PublishUntilAnsweredAsync(Message("x"), CancellationToken.None);
        await TimeOutAsync(BrokerSilence.TooManyTimeouts - 1);
        Assert.False(transports[0].IsDisposed);
        await TimeOutAsync(1);
        await disconnected.Reasonable();

        Assert.Equal(PublishOutcome.Lost, await publishing.Reasonable());
        Assert.True(transports[0].IsDisposed);
        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingSession + 2 && l.Text.Contains("answered no publish", StringComparison.Ordinal));
        Task connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        await connected.Reasonable();
    }

    [Fact]
    public async Task PublishUntilAnsweredAsync_LargeMessageOnASlowLine_IsWaitedFor()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);

        // 4 MiB behind which a small one waits. At 12 kB a second they take 350 seconds.
        Task<PublishOutcome>[] publishing =
        [
            session.PublishUntilAnsweredAsync(Message("x") with { Payload = new byte[4 << 20] }, CancellationToken.None),
            session.PublishUntilAnsweredAsync(Message("x"), CancellationToken.None),
        ];
        TimeSpan limit = Options().PublishTimeout + TimeSpan.FromSeconds(128);
        for (TimeSpan waited = TimeSpan.Zero; waited < TimeSpan.FromSeconds(350); waited += limit)
        {
            _time.Advance(await _time.ArmedAsync(t => t == limit).Reasonable());
        }

        transports[0].Answer(PublishResult.Acknowledged);
        Assert.Equal([PublishOutcome.Acknowledged, PublishOutcome.Acknowledged], await Task.WhenAll(publishing).Reasonable());
        Assert.False(transports[0].IsDisposed);
    }

    [Fact]
    public async Task PublishAsync_AnswersBetweenTheTimeouts_KeepTheConnection()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        using var received = new SemaphoreSlim(0);
        await session.SubscribeAsync("t", (_, _) =>
        {
            received.Release();
            return ValueTask.CompletedTask;
        });
        await ConnectAsync(session);

        for (int i = 0; i < 2 * BrokerSilence.TooManyTimeouts; i++)
        {
            Task<PublishOutcome> publishing = session.PublishAsync(Message("x"), CancellationToken.None);
            await TimeOutAsync(1);
            Assert.Equal(PublishOutcome.TimedOut, await publishing.Reasonable());
            publishing = session.PublishAsync(Message("x"), CancellationToken.None);
            transports[0].Answer(PublishResult.Acknowledged);
            Assert.Equal(PublishOutcome.Acknowledged, await publishing.Reasonable());
        }

        // It goes on delivering, for longer than a session takes to end one.
        for (int i = 0; i < 100; i++)
        {
            transports[0].Receive(Message("t"));
            await received.WaitAsync().Reasonable();
        }

        Assert.Single(transports);
        Assert.False(transports[0].IsDisposed);
    }
}
