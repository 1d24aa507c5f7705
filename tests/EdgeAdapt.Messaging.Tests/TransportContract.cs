using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>What every transport must do, over a real broker. One subclass for each client library.</summary>
public abstract class TransportContract(BrokerFixture fixture) : IClassFixture<BrokerFixture>, IAsyncLifetime
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
        Assert.False((await client.SubscribeAsync(Topic("x"), CancellationToken.None).Reasonable()).Granted);
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

        Task<SubscribeResult> subscribing = client.SubscribeAsync("a/+", CancellationToken.None);
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

    [BrokerFact]
    public async Task PublishAsync_CutBeforeAcknowledgement_IsNotConnected()
    {
        await using var relay = new TcpRelay(fixture.Broker.Port);
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = relay.Port });
        relay.Hold();

        Task<PublishResult> publishing = client.PublishAsync(new MqttMessage { Topic = Topic("x") }, CancellationToken.None);
        Assert.False(publishing.IsCompleted);
        relay.Cut();

        Assert.Equal(PublishOutcome.NotConnected, (await publishing.Reasonable()).Outcome);
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
    public async Task DisposeAsync_DuringPublish_EndsEveryWait()
    {
        IMqttTransport client = await ConnectAsync("client");
        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, 500).Select(_ =>
            client.PublishAsync(new MqttMessage { Topic = Topic("x"), Payload = new byte[10_000] }, CancellationToken.None))];

        await client.DisposeAsync().AsTask().Reasonable();
        PublishResult[] results = await Task.WhenAll(publishing).Reasonable();

        Assert.All(results, r => Assert.Contains(r.Outcome, new[] { PublishOutcome.Acknowledged, PublishOutcome.NotConnected }));
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

    [BrokerFact]
    public async Task ConnectAsync_WithPasswordFile_IsLetIn()
    {
        string folder = Directory.CreateTempSubdirectory("edgeadapt-password-").FullName;
        try
        {
            string broken = Path.Combine(folder, "broken");
            string password = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(password, "s3cret pässword\n");
            await File.WriteAllTextAsync(broken, "wrong\n");
            string hash = await PasswordHashAsync(Path.Combine(folder, "hash"), "edge", "s3cret pässword");
            await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
                "allow_anonymous false\npassword_file {folder}/passwords", new Dictionary<string, string> { ["passwords"] = hash });
            MqttSessionOptions options = Options("client") with { Port = broker.Port, Username = "edge", PasswordFile = broken };

            ConnectResult refused = await Track(Create()).ConnectAsync(options, CancellationToken.None).Reasonable();
            ConnectResult accepted = await Track(Create()).ConnectAsync(options with { PasswordFile = password }, CancellationToken.None).Reasonable();
            File.Delete(password);
            ConnectResult missing = await Track(Create()).ConnectAsync(options with { PasswordFile = password }, CancellationToken.None).Reasonable();

            Assert.Equal(ConnectOutcome.Refused, refused.Outcome);
            Assert.Equal(ConnectOutcome.Connected, accepted.Outcome);
            Assert.Equal(ConnectOutcome.Refused, missing.Outcome);
            Assert.Contains("password file", missing.Fault, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [BrokerFact]
    public async Task ConnectAsync_Tls_ChecksTheBrokersCertificateAndCarriesLargePayloads()
    {
        using var certificates = new TestCertificates();
        using var strangers = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {certificates.CaFile}\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}\nrequire_certificate true");
        MqttSessionOptions Secure(MqttSessionOptions o) => o with
        {
            Host = "localhost",
            Port = broker.Port,
            CaFile = certificates.CaFile,
            CertificateFile = certificates.ClientFile,
            KeyFile = certificates.ClientKeyFile,
        };

        IMqttTransport client = await ConnectAsync("secure", Secure);
        await SubscribeAsync(client, Topic("large"));
        byte[] payload = new byte[4 << 20];
        new Random(11).NextBytes(payload);
        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, 8).Select(_ =>
            client.PublishAsync(new MqttMessage { Topic = Topic("large"), Payload = payload }, CancellationToken.None))];
        for (int i = 0; i < publishing.Length; i++)
        {
            Assert.True((await client.Messages.ReadAsync().Reasonable()).Payload.Span.SequenceEqual(payload));
        }

        Assert.All(await Task.WhenAll(publishing).Reasonable(), r => Assert.Equal(PublishOutcome.Acknowledged, r.Outcome));
        ConnectResult stranger = await Track(Create()).ConnectAsync(
            Secure(Options("stranger")) with { CaFile = strangers.CaFile }, CancellationToken.None).Reasonable();
        Assert.Equal(ConnectOutcome.Unreachable, stranger.Outcome);
        ConnectResult anonymous = await Track(Create()).ConnectAsync(
            Secure(Options("anonymous")) with { CertificateFile = null, KeyFile = null }, CancellationToken.None).Reasonable();
        Assert.NotEqual(ConnectOutcome.Connected, anonymous.Outcome);
        ConnectResult plain = await Track(Create()).ConnectAsync(Options("plain") with { Port = broker.Port }, CancellationToken.None).Reasonable();
        Assert.Equal(ConnectOutcome.Unreachable, plain.Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_TlsNameDiffers_IsUnreachable()
    {
        using var certificates = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {certificates.CaFile}\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}");

        ConnectResult result = await Track(Create()).ConnectAsync(
            Options("client") with { Port = broker.Port, CaFile = certificates.CaFile }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_NothingListens_IsUnreachable()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();

        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Port = broker.Port }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
        Assert.NotNull(result.Fault);
    }

    [BrokerFact]
    public async Task ConnectAsync_UnknownHost_IsUnreachable()
    {
        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Host = "no-such-host.invalid" }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
        Assert.NotNull(result.Fault);
    }

    [BrokerFact]
    public async Task ConnectAsync_SilentServer_CanBeGivenUp()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancellation = new CancellationTokenSource();
        IMqttTransport client = Create();

        Task<ConnectResult> connecting = client.ConnectAsync(Options("client") with { Port = ((IPEndPoint)silent.LocalEndpoint).Port }, cancellation.Token);
        using Socket accepted = await silent.AcceptSocketAsync().Reasonable();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Reasonable());
        await client.DisposeAsync().AsTask().Reasonable();
    }

    [BrokerFact]
    public async Task ConnectAsync_ServerThatHangsUp_IsUnreachable()
    {
        using var rude = new TcpListener(IPAddress.Loopback, 0);
        rude.Start();

        Task<ConnectResult> connecting = Track(Create()).ConnectAsync(
            Options("client") with { Port = ((IPEndPoint)rude.LocalEndpoint).Port }, CancellationToken.None);
        (await rude.AcceptSocketAsync().Reasonable()).Close();

        Assert.Equal(ConnectOutcome.Unreachable, (await connecting.Reasonable()).Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_Twice_IsMisuse()
    {
        IMqttTransport client = await ConnectAsync("client");

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ConnectAsync(Options("client"), CancellationToken.None));
    }

    [BrokerFact]
    public async Task PublishAsync_LargerThanBrokerAllows_IsRefused()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync("allow_anonymous true\nmax_packet_size 1000");
        IMqttTransport client = await ConnectAsync("client", o => o with { Port = broker.Port });

        PublishResult result = await client.PublishAsync(new MqttMessage { Topic = Topic("x"), Payload = new byte[2000] }, CancellationToken.None).Reasonable();

        Assert.Equal(PublishOutcome.Refused, result.Outcome);
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

    [BrokerFact]
    public async Task ConnectAsync_WithoutNeededPassword_IsRefused()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync("allow_anonymous false");

        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Port = broker.Port }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Refused, result.Outcome);
        Assert.Contains("password", result.Fault, StringComparison.Ordinal);
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

    private async Task<IMqttTransport> ConnectScriptedAsync(ScriptedBroker broker)
    {
        IMqttTransport client = Track(Create());
        Task<ConnectResult> connecting = client.ConnectAsync(
            new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "scripted" }, CancellationToken.None);
        await broker.AcceptAsync(ScriptedBroker.Accept);
        Assert.Equal(ConnectOutcome.Connected, (await connecting.Reasonable()).Outcome);
        return client;
    }

    private static async Task<string> PasswordHashAsync(string file, string user, string password)
    {
        using Process process = Process.Start("mosquitto_passwd", ["-b", "-c", file, user, password]);
        await process.WaitForExitAsync().Reasonable();
        return await File.ReadAllTextAsync(file);
    }

    protected static async Task SubscribeAsync(IMqttTransport transport, string filter)
    {
        SubscribeResult result = await transport.SubscribeAsync(filter, CancellationToken.None).Reasonable();
        Assert.True(result.Granted, result.Fault);
    }

    protected static async Task PublishAsync(IMqttTransport transport, MqttMessage message)
    {
        PublishResult result = await transport.PublishAsync(message, CancellationToken.None).Reasonable();
        Assert.True(result.Outcome == PublishOutcome.Acknowledged, result.Fault);
    }
}
