using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>How connections end.</summary>
public abstract partial class TransportContract
{
    [BrokerFact]
    public async Task Connection_CutWithoutGoodbye_SendsWill()
    {
        IMqttTransport observer = await ConnectAsync("observer");
        await SubscribeAsync(observer, Topic("will"));
        await using var relay = new TcpRelay(fixture.Broker.Port);
        IMqttTransport doomed = await ConnectAsync("doomed", o => o with
        {
            Port = relay.Port,
            Will = new MqttMessage
            {
                Topic = Topic("will"),
                Payload = Text("gone"),
                ContentType = "text/plain",
                UserProperties = new Dictionary<string, string> { ["type"] = "offline" },
            },
        });

        relay.Cut();
        MqttMessage will = await observer.Messages.ReadAsync().Reasonable();

        Assert.Equal("gone", Text(will));
        Assert.Equal("text/plain", will.ContentType);
        Assert.Equal("offline", will.UserProperties["type"]);
        Assert.NotEmpty(await doomed.Disconnected.Reasonable());
    }

    [BrokerFact]
    public async Task DisposeAsync_Connected_DoesNotSendWill()
    {
        IMqttTransport observer = await ConnectAsync("observer");
        await SubscribeAsync(observer, Topic("#"));
        IMqttTransport polite = await ConnectAsync("polite", o => o with { Will = new MqttMessage { Topic = Topic("will"), Payload = Text("gone") } });

        await polite.DisposeAsync();
        await polite.Disconnected.Reasonable();
        await PublishAsync(observer, new MqttMessage { Topic = Topic("sentinel") });

        Assert.Equal(Topic("sentinel"), (await observer.Messages.ReadAsync().Reasonable()).Topic);
    }

    [BrokerFact]
    public async Task Disconnected_BrokerStopped_EndsWithReasonAndCompletesMessages()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = broker.Port });
        Assert.False(client.Disconnected.IsCompleted);

        await broker.StopAsync();

        Assert.NotEmpty(await client.Disconnected.Reasonable());
        await client.Messages.Completion.Reasonable();
        PublishResult after = await client.PublishAsync(new MqttMessage { Topic = Topic("x") }, CancellationToken.None).Reasonable();
        Assert.Equal(PublishOutcome.NotConnected, after.Outcome);
        Assert.NotNull(after.Fault);
        Assert.False((await client.SubscribeAsync(Topic("x"), QualityOfService.AtLeastOnce, CancellationToken.None).Reasonable()).Granted);
    }

    [BrokerFact]
    public async Task Disconnected_BrokerKilled_EndsWithReason()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = broker.Port });

        await broker.KillAsync();

        Assert.NotEmpty(await client.Disconnected.Reasonable());
    }

    [BrokerFact]
    public async Task Disconnected_SameClientIdElsewhere_Ends()
    {
        IMqttTransport first = await ConnectAsync("twin");
        IMqttTransport second = await ConnectAsync("twin");

        Assert.NotEmpty(await first.Disconnected.Reasonable());
        Assert.False(second.Disconnected.IsCompleted);
    }

    [BrokerFact]
    public async Task DisposeAsync_DuringPublish_EndsEveryWait()
    {
        IMqttTransport client = await ConnectAsync("client");
        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, 500).Select(_ =>
            client.PublishAsync(new MqttMessage { Topic = Topic("x"), Payload = new byte[10_000] }, CancellationToken.None))];

        await client.DisposeAsync().AsTask().Reasonable();
        PublishResult[] results = await Task.WhenAll(publishing).Reasonable();

        Assert.All(results, r => Assert.Contains(r.Outcome, new[] { PublishOutcome.Acknowledged, PublishOutcome.NotConnected, PublishOutcome.Lost }));
    }

    [BrokerFact]
    public async Task DisposeAsync_Twice_IsHarmless()
    {
        IMqttTransport client = await ConnectAsync("client");

        await client.DisposeAsync();
        await client.DisposeAsync();
        await Create().DisposeAsync();

        await client.Disconnected.Reasonable();
    }
}
