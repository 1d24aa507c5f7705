using System.Text;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>What every transport must do, over a real broker. One subclass for each client library.</summary>
public abstract partial class TransportContract(BrokerFixture fixture) : IClassFixture<BrokerFixture>, IAsyncLifetime
{
    private readonly List<IMqttTransport> _transports = [];
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N");

    protected abstract IMqttTransport Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (IMqttTransport transport in _transports)
        {
            await transport.DisposeAsync();
        }
    }

    [BrokerFact]
    public async Task PublishAsync_Subscribed_ArrivesWithAllProperties()
    {
        IMqttTransport receiver = await ConnectAsync("receiver");
        IMqttTransport sender = await ConnectAsync("sender");
        await SubscribeAsync(receiver, Topic("+/x"));
        var sent = new MqttMessage
        {
            Topic = Topic("żółć/x"),
            Payload = new byte[] { 0, 1, 2, 255 },
            ContentType = "image/png; charset=ü",
            UserProperties = new Dictionary<string, string> { ["id"] = "1", ["leer"] = "", ["größe"] = "新 𝔘" },
            Expiry = TimeSpan.FromSeconds(300),
        };

        Assert.Equal(PublishResult.Acknowledged, await sender.PublishAsync(sent, CancellationToken.None).Reasonable());
        MqttMessage received = await receiver.Messages.ReadAsync().Reasonable();

        Assert.Equal(sent.Topic, received.Topic);
        Assert.Equal(sent.Payload.ToArray(), received.Payload.ToArray());
        Assert.Equal(sent.ContentType, received.ContentType);
        Assert.Equal(sent.UserProperties.OrderBy(p => p.Key), received.UserProperties.OrderBy(p => p.Key));
        Assert.False(received.Retain);
        Assert.InRange(received.Expiry!.Value, TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(300));
    }

    [BrokerFact]
    public async Task PublishAsync_NothingButATopic_ArrivesEmpty()
    {
        IMqttTransport client = await ConnectAsync("client");
        await SubscribeAsync(client, Topic("a"));

        await PublishAsync(client, new MqttMessage { Topic = Topic("a") });
        MqttMessage received = await client.Messages.ReadAsync().Reasonable();

        Assert.Equal(0, received.Payload.Length);
        Assert.Null(received.ContentType);
        Assert.Empty(received.UserProperties);
        Assert.Null(received.Expiry);
    }

    [BrokerFact]
    public async Task SubscribeAsync_AfterRetainedMessage_ReceivesItMarkedRetained()
    {
        IMqttTransport sender = await ConnectAsync("sender");
        await PublishAsync(sender, new MqttMessage { Topic = Topic("kept"), Payload = Text("old"), Retain = true });
        await PublishAsync(sender, new MqttMessage { Topic = Topic("kept"), Payload = Text("new"), Retain = true, ContentType = "text/plain" });

        IMqttTransport late = await ConnectAsync("late");
        await SubscribeAsync(late, Topic("kept"));
        MqttMessage received = await late.Messages.ReadAsync().Reasonable();

        Assert.Equal("new", Text(received));
        Assert.Equal("text/plain", received.ContentType);
        Assert.True(received.Retain);
    }

    [BrokerFact]
    public async Task ConnectAsync_KeptSessionAfterBrokerRestart_ReceivesWhatWasSentMeanwhile()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        MqttSessionOptions Kept(MqttSessionOptions o) => o with { Port = broker.Port, SessionExpiry = TimeSpan.FromHours(1) };
        IMqttTransport receiver = await ConnectAsync("kept", Kept);
        await SubscribeAsync(receiver, Topic("queued"));
        await receiver.DisposeAsync();
        IMqttTransport sender = await ConnectAsync("sender", o => o with { Port = broker.Port });
        await PublishAsync(sender, new MqttMessage { Topic = Topic("queued"), Payload = Text("1") });
        await PublishAsync(sender, new MqttMessage { Topic = Topic("queued"), Payload = Text("2") });
        await broker.StopAsync();
        await broker.RestartAsync();

        IMqttTransport again = Track(Create());
        ConnectResult result = await again.ConnectAsync(Kept(Options("kept")), CancellationToken.None).Reasonable();

        Assert.Equal(new ConnectResult(ConnectOutcome.Connected, true), result);
        Assert.Equal("1", Text(await again.Messages.ReadAsync().Reasonable()));
        Assert.Equal("2", Text(await again.Messages.ReadAsync().Reasonable()));
    }

    [BrokerFact]
    public async Task PublishAsync_AtMostOnce_ArrivesInOrderAtThatQuality()
    {
        const int count = 500;
        IMqttTransport receiver = await ConnectAsync("receiver");
        IMqttTransport sender = await ConnectAsync("sender");
        await SubscribeAsync(receiver, Topic("fleeting"));
        for (int i = 0; i < count; i++)
        {
            await PublishAsync(sender, new MqttMessage { Topic = Topic("fleeting"), Payload = BitConverter.GetBytes(i), Quality = QualityOfService.AtMostOnce });
        }

        for (int i = 0; i < count; i++)
        {
            MqttMessage received = await receiver.Messages.ReadAsync().Reasonable();
            Assert.Equal((i, QualityOfService.AtMostOnce), (BitConverter.ToInt32(received.Payload.Span), received.Quality));
        }
    }

    [BrokerFact]
    public async Task SubscribeAsync_AtMostOnce_NothingIsKeptWhileAway()
    {
        IMqttTransport receiver = await ConnectAsync("away", o => o with { SessionExpiry = TimeSpan.FromHours(1) });
        await SubscribeAsync(receiver, Topic("live"), QualityOfService.AtMostOnce);
        await receiver.DisposeAsync();
        IMqttTransport sender = await ConnectAsync("sender");
        await PublishAsync(sender, new MqttMessage { Topic = Topic("live"), Payload = Text("missed") });

        IMqttTransport again = await ConnectAsync("away", o => o with { SessionExpiry = TimeSpan.FromHours(1) });
        await PublishAsync(sender, new MqttMessage { Topic = Topic("live"), Payload = Text("seen") });
        Assert.Equal("seen", Text(await again.Messages.ReadAsync().Reasonable()));
    }

    [BrokerFact]
    public async Task PublishAsync_FourMegabytes_ArrivesUnchanged()
    {
        IMqttTransport receiver = await ConnectAsync("receiver");
        IMqttTransport sender = await ConnectAsync("sender");
        await SubscribeAsync(receiver, Topic("large"));
        byte[] payload = new byte[4 << 20];
        new Random(7).NextBytes(payload);

        await PublishAsync(sender, new MqttMessage { Topic = Topic("large"), Payload = payload });
        MqttMessage received = await receiver.Messages.ReadAsync().Reasonable();

        Assert.True(received.Payload.Span.SequenceEqual(payload));
    }

    [BrokerFact]
    public async Task PublishAsync_ManyAtOnce_AllArriveInOrder()
    {
        const int count = 3000;
        IMqttTransport receiver = await ConnectAsync("receiver");
        IMqttTransport sender = await ConnectAsync("sender");
        await SubscribeAsync(receiver, Topic("many"));

        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, count).Select(i =>
            sender.PublishAsync(new MqttMessage { Topic = Topic("many"), Payload = BitConverter.GetBytes(i) }, CancellationToken.None))];
        var received = new List<int>();
        while (received.Count < count)
        {
            received.Add(BitConverter.ToInt32((await receiver.Messages.ReadAsync().Reasonable()).Payload.Span));
        }

        Assert.Equal(Enumerable.Range(0, count), received);
        Assert.All(await Task.WhenAll(publishing).Reasonable(), r => Assert.Equal(PublishOutcome.Acknowledged, r.Outcome));
    }

    [BrokerFact]
    public async Task PublishAsync_BetweenTwoClients_ArrivesBothWays()
    {
        IMqttTransport one = await ConnectAsync("one");
        IMqttTransport two = await ConnectAsync("two");
        await SubscribeAsync(one, Topic("pong"));
        await SubscribeAsync(two, Topic("ping"));

        await PublishAsync(one, new MqttMessage { Topic = Topic("ping"), Payload = Text("a") });
        MqttMessage ping = await two.Messages.ReadAsync().Reasonable();
        await PublishAsync(two, new MqttMessage { Topic = Topic("pong"), Payload = ping.Payload });

        Assert.Equal("a", Text(await one.Messages.ReadAsync().Reasonable()));
    }

    [BrokerFact]
    public async Task PublishAsync_CutBeforeAcknowledgement_EndsTheWait()
    {
        await using var relay = new TcpRelay(fixture.Broker.Port);
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = relay.Port });
        relay.Hold();

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = Topic("x") }, CancellationToken.None);
        Assert.False(publishing.IsCompleted);
        relay.Cut();

        // The cut may come before the packet.
        Assert.Contains((await publishing.Reasonable()).Outcome, new[] { PublishOutcome.Lost, PublishOutcome.NotConnected });
    }

    [BrokerFact]
    public async Task PublishAsync_CancelledBeforeAcknowledgement_Throws()
    {
        await using var relay = new TcpRelay(fixture.Broker.Port);
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = relay.Port });
        relay.Hold();
        using var cancellation = new CancellationTokenSource();

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = Topic("x") }, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing.Reasonable());
        relay.Release();
        await PublishAsync(client, new MqttMessage { Topic = Topic("x") });
    }

    [BrokerFact]
    public async Task PublishAsync_LargerThanBrokerAllows_IsUnsendable()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync("allow_anonymous true\nmax_packet_size 1000");
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = broker.Port });

        PublishResult result = await client.PublishAsync(new MqttMessage { Topic = Topic("x"), Payload = new byte[2000] }, CancellationToken.None).Reasonable();

        Assert.Equal(PublishOutcome.Unsendable, result.Outcome);
        Assert.Contains("max_packet_size", result.Fault, StringComparison.Ordinal);
        await PublishAsync(client, new MqttMessage { Topic = Topic("x"), Payload = new byte[500] });
    }

    [BrokerFact]
    public async Task PublishAsync_AgainstAccessRules_IsRefused()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            "allow_anonymous true\nacl_file {folder}/acl", new Dictionary<string, string> { ["acl"] = "topic readwrite open/#\n" });
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = broker.Port });

        await PublishAsync(client, new MqttMessage { Topic = "open/x" });
        PublishResult result = await client.PublishAsync(new MqttMessage { Topic = "closed" }, CancellationToken.None).Reasonable();

        Assert.Equal(PublishOutcome.Refused, result.Outcome);
        Assert.Contains("Not authorized", result.Fault, StringComparison.Ordinal);
    }

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(MqttMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    protected string Topic(string suffix) => $"{_prefix}/{suffix}";

    protected MqttSessionOptions Options(string client) => new()
    {
        Host = fixture.Broker.Host,
        Port = fixture.Broker.Port,
        ClientId = $"{_prefix}-{client}",
    };

    protected IMqttTransport Track(IMqttTransport transport)
    {
        _transports.Add(transport);
        return transport;
    }

    protected async Task<IMqttTransport> ConnectAsync(string client, Func<MqttSessionOptions, MqttSessionOptions>? change = null)
    {
        IMqttTransport transport = Track(Create());
        MqttSessionOptions options = change is null ? Options(client) : change(Options(client));
        Assert.Empty(options.Faults());
        ConnectResult result = await transport.ConnectAsync(options, CancellationToken.None).Reasonable();
        Assert.True(result.Outcome == ConnectOutcome.Connected, result.Fault);
        return transport;
    }

    protected static async Task SubscribeAsync(IMqttTransport transport, string filter, QualityOfService quality = QualityOfService.AtLeastOnce)
    {
        SubscribeResult result = await transport.SubscribeAsync(filter, quality, CancellationToken.None).Reasonable();
        Assert.True(result.Granted, result.Fault);
    }

    protected static async Task PublishAsync(IMqttTransport transport, MqttMessage message)
    {
        PublishResult result = await transport.PublishAsync(message, CancellationToken.None).Reasonable();
        Assert.True(result.Outcome == PublishOutcome.Acknowledged, result.Fault);
    }
}
