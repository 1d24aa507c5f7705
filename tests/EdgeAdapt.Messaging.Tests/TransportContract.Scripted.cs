using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>Answers that a broker gives only under special rules, byte for byte.</summary>
public abstract partial class TransportContract
{
    [Fact]
    public async Task Disconnected_BrokerGivesReason_NamesItWithTheRemedy()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        await broker.SendAsync(0xE0, 1, 0x8E);

        Assert.Contains("same client id", await client.Disconnected.Reasonable(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubscribeAsync_BrokerSaysNo_IsNotGrantedAndTheConnectionStays()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        Task<SubscribeResult> subscribing = client.SubscribeAsync("a/+", QualityOfService.AtLeastOnce, CancellationToken.None);
        (byte type, byte[] body) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x90, 4, body[0], body[1], 0, 0x87);
        SubscribeResult result = await subscribing.Reasonable();

        Assert.Equal(0x82, type);
        Assert.False(result.Granted);
        Assert.Contains("Not authorized", result.Fault, StringComparison.Ordinal);
        Assert.False(client.Disconnected.IsCompleted);
    }

    [Fact]
    public async Task PublishAsync_AnyReasonBelow80_IsAcknowledged()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = "a" }, CancellationToken.None);
        (byte type, byte[] body) = await broker.ReadPacketAsync();
        const byte noSubscribers = 0x10;
        await broker.SendAsync(0x40, 3, body[3], body[4], noSubscribers);

        Assert.Equal(0x32, type);
        Assert.Equal(PublishResult.Acknowledged, await publishing.Reasonable());
    }

    [Fact]
    public async Task PublishAsync_ReasonFrom80_IsRefusedAndTheConnectionStays()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = "a" }, CancellationToken.None);
        (_, byte[] body) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x40, 3, body[3], body[4], 0x97);
        PublishResult result = await publishing.Reasonable();
        Task<PublishResult> another = client.PublishAsync(new MqttMessage { Topic = "b" }, CancellationToken.None);
        (_, body) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x40, 2, body[3], body[4]);

        Assert.Equal(PublishOutcome.Refused, result.Outcome);
        Assert.Contains("quota", result.Fault, StringComparison.Ordinal);
        Assert.Equal(PublishResult.Acknowledged, await another.Reasonable());
    }

    [Fact]
    public async Task PublishAsync_ConnectionEndsBeforeTheAnswer_IsLostAndTheNextIsNotConnected()
    {
        var broker = new ScriptedBroker();
        IMqttTransport client;
        Task<PublishResult> publishing;
        using (broker)
        {
            client = await ConnectScriptedAsync(broker);
            publishing = client.PublishAsync(new MqttMessage { Topic = "a" }, CancellationToken.None);
            await broker.ReadPacketAsync();
        }

        Assert.Equal(PublishOutcome.Lost, (await publishing.Reasonable()).Outcome);
        await client.Disconnected.Reasonable();
        Assert.Equal(PublishOutcome.NotConnected, (await client.PublishAsync(new MqttMessage { Topic = "b" }, CancellationToken.None).Reasonable()).Outcome);
    }

    [Fact]
    public async Task PublishAsync_ReasonTooLarge_IsUnsendable()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = "a" }, CancellationToken.None);
        (_, byte[] body) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x40, 3, body[3], body[4], 0x95);

        Assert.Equal(PublishOutcome.Unsendable, (await publishing.Reasonable()).Outcome);
    }

    [Fact]
    public async Task Messages_RepeatedUserProperty_KeepTheFirst()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        // PUBLISH at quality of service 0: topic "t", 14 bytes of properties (n=1, n=2), payload "p".
        await broker.SendAsync(0x30, 19, 0, 1, (byte)'t', 14, 38, 0, 1, (byte)'n', 0, 1, (byte)'1', 38, 0, 1, (byte)'n', 0, 1, (byte)'2', (byte)'p');
        MqttMessage message = await client.Messages.ReadAsync().Reasonable();

        Assert.Equal("p", Text(message));
        Assert.Equal(["1"], message.UserProperties.Values);
    }

    [Fact]
    public async Task Disconnected_BrokerSendsNonsense_EndsWithReason()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker);

        await broker.SendAsync(0x32, 3, 0xFF, 0xFF, 0);

        Assert.NotEmpty(await client.Disconnected.Reasonable());
        await client.Messages.Completion.Reasonable();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(65535)]
    public async Task ConnectAsync_ReceiveMaximum_IsWhatTheBrokerReads(int maximum)
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = Track(Create());
        Task<ConnectResult> connecting = client.ConnectAsync(
            new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "scripted", ReceiveMaximum = maximum }, CancellationToken.None);

        byte[] connect = await broker.AcceptAsync(ScriptedBroker.Accept);

        Assert.Equal(ConnectOutcome.Connected, (await connecting.Reasonable()).Outcome);
        Assert.Equal(maximum, ReadReceiveMaximum(connect));
    }

    [Fact]
    public async Task PublishAsync_BrokerTakesTwoAtOnce_SendsTheThirdAfterAnAcknowledgement()
    {
        using var broker = new ScriptedBroker();
        IMqttTransport client = await ConnectScriptedAsync(broker, [0x20, 6, 0, 0, 3, 33, 0, 2]);
        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, 3).Select(i => client.PublishAsync(new MqttMessage { Topic = $"{i}" }, CancellationToken.None))];
        (_, byte[] first) = await broker.ReadPacketAsync();
        (_, byte[] second) = await broker.ReadPacketAsync();

        // A SUBSCRIBE counts towards no limit: it overtakes the publication that has to wait.
        Task<SubscribeResult> subscribing = client.SubscribeAsync("a", QualityOfService.AtLeastOnce, CancellationToken.None);
        (byte overtaking, byte[] subscribe) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x90, 4, subscribe[0], subscribe[1], 0, 1);
        await broker.SendAsync(0x40, 2, first[3], first[4]);
        (byte type, byte[] third) = await broker.ReadPacketAsync();
        await broker.SendAsync(0x40, 2, second[3], second[4]);
        await broker.SendAsync(0x40, 2, third[3], third[4]);

        Assert.Equal((0x82, 0x32), (overtaking, type));
        Assert.Equal("012", string.Concat(new[] { first, second, third }.Select(p => (char)p[2])));
        Assert.True((await subscribing.Reasonable()).Granted);
        Assert.All(await Task.WhenAll(publishing).Reasonable(), r => Assert.Equal(PublishResult.Acknowledged, r));
    }

    /// <summary>Of the properties of a CONNECT (MQTT 5.0 section 3.1.2.11), those that a client of ours may send; 65535 where there is none.</summary>
    private static int ReadReceiveMaximum(byte[] connect)
    {
        const int properties = 10;
        for (int at = properties + 1; at <= properties + connect[properties];)
        {
            switch (connect[at])
            {
                case 33: return (connect[at + 1] << 8) | connect[at + 2];
                case 34: at += 3; break;
                case 17 or 39: at += 5; break;
                case 23 or 25: at += 2; break;
                default: throw new InvalidDataException($"Property {connect[at]} of CONNECT.");
            }
        }

        return 65535;
    }

    private async Task<IMqttTransport> ConnectScriptedAsync(ScriptedBroker broker, byte[]? answer = null)
    {
        IMqttTransport client = Track(Create());
        Task<ConnectResult> connecting = client.ConnectAsync(
            new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "scripted" }, CancellationToken.None);
        await broker.AcceptAsync(answer ?? ScriptedBroker.Accept);
        Assert.Equal(ConnectOutcome.Connected, (await connecting.Reasonable()).Outcome);
        return client;
    }
}
