using System.Text;
using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>The session over the build's own client library and a real broker that comes and goes.</summary>
public sealed class MqttSessionBrokerTests : IAsyncLifetime
{
    private readonly CollectingLogger _log = new();
    private readonly List<MqttSession> _sessions = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (MqttSession session in _sessions)
        {
            await session.DisposeAsync().AsTask().Reasonable();
        }
    }

    [BrokerFact]
    public async Task StartAsync_BrokerComesLater_Connects()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();
        MqttSession session = Create(broker, "early");
        Task failed = session.WaitForAsync(MqttSessionState.Connecting, CancellationToken.None);
        await session.StartAsync(CancellationToken.None);
        await failed.Reasonable();
        await session.WaitForAsync(MqttSessionState.Disconnected, CancellationToken.None).Reasonable();

        await broker.RestartAsync();
        await session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();

        Assert.Equal(PublishOutcome.Acknowledged, await session.PublishAsync(new MqttMessage { Topic = "x" }, CancellationToken.None).Reasonable());
        Assert.Single(_log.Lines, l => l.Id == EventIds.MessagingSession + 1);
    }

    [BrokerFact]
    public async Task Session_BrokerGoesAndReturnsRepeatedly_ResubscribesEachTime()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        MqttSession receiver = Create(broker, "receiver");
        MqttSession sender = Create(broker, "sender");
        var received = Channel.CreateUnbounded<string>();
        await receiver.SubscribeAsync("t/+", (message, stopping) => received.Writer.WriteAsync(Encoding.UTF8.GetString(message.Payload.Span), stopping));
        await StartAsync(receiver);
        await StartAsync(sender);

        for (int round = 0; round < 3; round++)
        {
            Task lostByReceiver = receiver.WaitForAsync(MqttSessionState.Disconnected, CancellationToken.None);
            Task lostBySender = sender.WaitForAsync(MqttSessionState.Disconnected, CancellationToken.None);
            await (round % 2 == 0 ? broker.StopAsync() : broker.KillAsync());
            await lostByReceiver.Reasonable();
            await lostBySender.Reasonable();
            Assert.Equal(PublishOutcome.NotConnected, await sender.PublishAsync(new MqttMessage { Topic = "t/x" }, CancellationToken.None).Reasonable());

            await broker.RestartAsync();
            await receiver.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
            await sender.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
            PublishOutcome outcome = await sender.PublishAsync(
                new MqttMessage { Topic = "t/x", Payload = Encoding.UTF8.GetBytes($"round {round}") }, CancellationToken.None).Reasonable();

            Assert.Equal(PublishOutcome.Acknowledged, outcome);
            Assert.Equal($"round {round}", await received.Reader.ReadAsync().Reasonable());
        }

        Assert.DoesNotContain(_log.Lines, l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [BrokerFact]
    public async Task Handlers_ThatPublishForEachOfManyLargeMessages_KeepUpWithoutDeadlock()
    {
        const int count = 400;
        const int size = 100_000;
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        MqttSession cloud = Create(broker, "cloud");
        MqttSession device = Create(broker, "device");
        int acknowledged = 0;
        var all = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        await cloud.SubscribeAsync("samples/+", async (message, stopping) =>
        {
            // Everything piles up behind the first message, far more than a connection keeps unread.
            await gate.Task.WaitAsync(stopping);
            await cloud.PublishAsync(new MqttMessage { Topic = "ack", Payload = message.Payload[..4] }, stopping);
        });
        await device.SubscribeAsync("ack", (_, _) =>
        {
            if (++acknowledged == count)
            {
                all.SetResult();
            }

            return ValueTask.CompletedTask;
        });
        await StartAsync(cloud);
        await StartAsync(device);

        Task<PublishOutcome>[] publishing = [.. Enumerable.Range(0, count).Select(i =>
        {
            byte[] payload = new byte[size];
            BitConverter.TryWriteBytes(payload, i);
            return device.PublishAsync(new MqttMessage { Topic = "samples/m", Payload = payload }, CancellationToken.None);
        })];
        Assert.All(await Task.WhenAll(publishing).Reasonable(), o => Assert.Equal(PublishOutcome.Acknowledged, o));
        gate.SetResult();
        await all.Task.Reasonable();

        Assert.Equal(count, acknowledged);
        Assert.True(cloud.BytesReceived > (long)count * size);
    }

    [BrokerFact]
    public async Task ByteCounters_OneMessage_CountThePacketAtBothEnds()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        MqttSession receiver = Create(broker, "receiver");
        MqttSession sender = Create(broker, "sender");
        var received = Channel.CreateUnbounded<MqttMessage>();
        await receiver.SubscribeAsync("counted", (message, stopping) => received.Writer.WriteAsync(message, stopping));
        await StartAsync(receiver);
        await StartAsync(sender);
        var message = new MqttMessage
        {
            Topic = "counted",
            Payload = new byte[1000],
            ContentType = "image/png",
            UserProperties = new Dictionary<string, string> { ["id"] = "größe" },
        };

        await sender.PublishAsync(message, CancellationToken.None).Reasonable();
        await received.Reader.ReadAsync().Reasonable();

        Assert.Equal(message.PacketLength, sender.BytesSent);
        Assert.Equal(message.PacketLength, receiver.BytesReceived);
        Assert.Equal(0, sender.BytesReceived);
    }

    [BrokerFact]
    public async Task DisposeAsync_Connected_LeavesWithoutAWill()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        MqttSession observer = Create(broker, "observer");
        var seen = Channel.CreateUnbounded<string>();
        await observer.SubscribeAsync("#", (message, stopping) => seen.Writer.WriteAsync(message.Topic, stopping));
        await StartAsync(observer);
        MqttSession leaving = Create(broker, "leaving", new MqttMessage { Topic = "will" });
        await StartAsync(leaving);

        await leaving.DisposeAsync();
        await observer.PublishAsync(new MqttMessage { Topic = "sentinel" }, CancellationToken.None).Reasonable();

        Assert.Equal("sentinel", await seen.Reader.ReadAsync().Reasonable());
    }

    [Fact]
    public async Task PublishUntilAnsweredAsync_BrokerReadsAndAnswersNothing_ConnectsAnew()
    {
        using var broker = new ScriptedBroker();
        var options = new MqttSessionOptions
        {
            Host = "127.0.0.1",
            Port = broker.Port,
            ClientId = "patient",
            PublishTimeout = TimeSpan.FromMilliseconds(100),
            ReconnectMinimum = TimeSpan.FromMilliseconds(10),
        };
        var session = new MqttSession(MqttTransports.Default, options, TimeProvider.System, _log);
        _sessions.Add(session);
        Task connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        await session.StartAsync(CancellationToken.None);
        await broker.AcceptAsync(ScriptedBroker.Accept);
        await connected.Reasonable();

        Task<PublishOutcome> publishing = session.PublishUntilAnsweredAsync(new MqttMessage { Topic = "a" }, CancellationToken.None);
        (byte type, _) = await broker.ReadPacketAsync();

        Assert.Equal(0x32, type);
        Assert.Equal(PublishOutcome.Lost, await publishing.Reasonable());
        connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        await broker.AcceptAsync(ScriptedBroker.Accept);
        await connected.Reasonable();
    }

    private static async Task StartAsync(MqttSession session)
    {
        await session.StartAsync(CancellationToken.None);
        await session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
    }

    private MqttSession Create(MosquittoBroker broker, string client, MqttMessage? will = null)
    {
        var options = new MqttSessionOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = client,
            ReconnectMinimum = TimeSpan.FromMilliseconds(10),
            ReconnectMaximum = TimeSpan.FromMilliseconds(100),
            Will = will,
        };
        var session = new MqttSession(MqttTransports.Default, options, TimeProvider.System, _log);
        _sessions.Add(session);
        return session;
    }
}
