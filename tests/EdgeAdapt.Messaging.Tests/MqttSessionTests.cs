using System.Text;
using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Messaging.Tests;

public sealed partial class MqttSessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Minimum = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Maximum = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private readonly CollectingLogger _log = new();
    private readonly List<MqttSession> _sessions = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (MqttSession session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    [Fact]
    public async Task StartAsync_BrokerStaysDown_RetriesWithGrowingDelaysAndLogsOnce()
    {
        MqttSession session = Create(() => new ScriptedTransport(new ConnectResult(ConnectOutcome.Unreachable, false, "Nobody there.")));
        await session.StartAsync(CancellationToken.None);

        List<TimeSpan> delays = [];
        for (int i = 0; i < 8; i++)
        {
            TimeSpan delay = await _time.ArmedAsync(IsReconnect).Reasonable();
            delays.Add(delay);
            _time.Advance(delay);
        }

        double[] whole = [100, 200, 400, 800, 1600, 2000, 2000, 2000];
        Assert.All(delays.Zip(whole), d => Assert.InRange(d.First.TotalMilliseconds, d.Second / 2, d.Second));
        await _time.ArmedAsync(IsReconnect).Reasonable();
        (int id, LogLevel level, string text) = Assert.Single(_log.Lines);
        Assert.Equal(EventIds.MessagingSession + 1, id);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("Nobody there.", text, StringComparison.Ordinal);
        Assert.Equal(PublishOutcome.NotConnected, await session.PublishAsync(Message("x"), CancellationToken.None));
    }

    [Fact]
    public async Task StartAsync_SameSeed_SameDelays()
    {
        async Task<List<TimeSpan>> DelaysAsync(int seed)
        {
            var time = new ManualTimeProvider();
            await using var session = new MqttSession(
                () => new ScriptedTransport(new ConnectResult(ConnectOutcome.Unreachable)), Options() with { JitterSeed = seed }, time, _log);
            await session.StartAsync(CancellationToken.None);
            List<TimeSpan> delays = [];
            for (int i = 0; i < 4; i++)
            {
                delays.Add(await time.ArmedAsync(IsReconnect).Reasonable());
                time.Advance(delays[^1]);
            }

            return delays;
        }

        List<TimeSpan> first = await DelaysAsync(1);

        Assert.Equal(first, await DelaysAsync(1));
        Assert.NotEqual(first, await DelaysAsync(2));
    }

    [Fact]
    public async Task StartAsync_FaultChanges_LogsTheNewOne()
    {
        var faults = new Queue<string>(["One.", "One.", "Two.", "One."]);
        MqttSession session = Create(() => new ScriptedTransport(new ConnectResult(ConnectOutcome.Refused, false, faults.Dequeue())));
        await session.StartAsync(CancellationToken.None);

        for (int i = 0; i < 3; i++)
        {
            _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        }

        await _time.ArmedAsync(IsReconnect).Reasonable();
        Assert.Equal(3, _log.Lines.Count);
    }

    [Fact]
    public async Task StartAsync_TransportThrows_KeepsTrying()
    {
        int attempts = 0;
        ScriptedTransport? transport = null;
        MqttSession session = Create(() => ++attempts < 3
            ? throw new DllNotFoundException("no library")
            : transport = new ScriptedTransport(ScriptedTransport.Accepted));
        Task connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        await session.StartAsync(CancellationToken.None);

        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        await connected.Reasonable();

        Assert.NotNull(transport);
        Assert.Single(_log.Lines, l => l.Id == EventIds.MessagingSession + 3);
    }

    [Fact]
    public async Task Connection_Lost_StartsAtTheMinimumAgainOnlyIfItLasted()
    {
        var transports = new Queue<ScriptedTransport>(
        [
            new ScriptedTransport(new ConnectResult(ConnectOutcome.Unreachable)),
            new ScriptedTransport(new ConnectResult(ConnectOutcome.Unreachable)),
            new ScriptedTransport(ScriptedTransport.Accepted),
            new ScriptedTransport(ScriptedTransport.Accepted),
        ]);
        ScriptedTransport current = transports.Peek();
        MqttSession session = Create(() => current = transports.Dequeue());
        await session.StartAsync(CancellationToken.None);
        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        Task connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        await connected.Reasonable();

        // This connection lasts, so the delays start over; the next one drops at once, so they grow on.
        _time.Advance(Maximum);
        current.Drop("gone.");
        TimeSpan delay = await _time.ArmedAsync(IsReconnect).Reasonable();

        Assert.InRange(delay, Minimum / 2, Minimum);
        connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        _time.Advance(delay);
        await connected.Reasonable();
        current.Drop("gone.");
        Assert.InRange(await _time.ArmedAsync(IsReconnect).Reasonable(), Minimum, Minimum * 2);
    }

    [Fact]
    public async Task SubscribeAsync_BeforeAndAfterConnect_IsRepeatedOnEachConnection()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await session.SubscribeAsync("a/+", Ignore);
        await ConnectAsync(session);
        await session.SubscribeAsync("b/#", Ignore);

        Task connected = session.WaitForAsync(MqttSessionState.Disconnected, CancellationToken.None);
        transports[0].Drop("gone.");
        await connected.Reasonable();
        connected = session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None);
        _time.Advance(await _time.ArmedAsync(IsReconnect).Reasonable());
        await connected.Reasonable();

        Assert.Equal(["a/+", "b/#"], transports[0].Filters);
        Assert.Equal(["a/+", "b/#"], transports[1].Filters);
        Assert.True(transports[0].IsDisposed);
    }

    [Fact]
    public async Task SubscribeAsync_BrokerSaysNo_IsLoggedAndTheSessionConnects()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await session.SubscribeAsync("refused/#", Ignore);

        await ConnectAsync(session);

        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingSubscription && l.Text.Contains("Not today.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_HandlerThrows_NextOneIsHandledAndTheFaultLogged()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        var handled = new TaskCompletionSource<string>();
        await session.SubscribeAsync("t/+", (message, _) =>
        {
            if (message.Topic == "t/bad")
            {
                throw new InvalidOperationException("indigestible");
            }

            handled.SetResult(message.Topic);
            return ValueTask.CompletedTask;
        });
        await ConnectAsync(session);

        transports[0].Receive(Message("nobody/takes/this"));
        transports[0].Receive(Message("t/bad"));
        transports[0].Receive(Message("t/good"));

        Assert.Equal("t/good", await handled.Task.Reasonable());
        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingSubscription + 1);
        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingSubscription + 2);
        Assert.Equal(Message("nobody/takes/this").PacketLength + Message("t/bad").PacketLength + Message("t/good").PacketLength, session.BytesReceived);
    }

    [Fact]
    public async Task StateChanged_ListenerThrows_SessionConnects()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        session.StateChanged += _ => throw new InvalidOperationException("listener");

        await ConnectAsync(session);

        Assert.Equal(MqttSessionState.Connected, session.State);
        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingSession + 4);
    }

    [Fact]
    public async Task PublishAsync_NoAnswer_TimesOutByTheClock()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        MqttMessage message = Message("x");

        Task<PublishOutcome> publishing = session.PublishAsync(message, CancellationToken.None);
        await _time.ArmedAsync(t => t == Options().PublishTimeout).Reasonable();
        _time.Advance(Options().PublishTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(publishing.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(PublishOutcome.TimedOut, await publishing.Reasonable());
        Assert.Equal(message.PacketLength, session.BytesSent);
    }

    [Fact]
    public async Task PublishAsync_Cancelled_Throws()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        using var cancellation = new CancellationTokenSource();

        Task<PublishOutcome> publishing = session.PublishAsync(Message("x"), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing.Reasonable());
    }

    [Fact]
    public async Task PublishAsync_BrokerSaysNo_IsRefusedAndLogged()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        Task<PublishOutcome> publishing = session.PublishAsync(Message("x"), CancellationToken.None);
        transports[0].Answer(new PublishResult(PublishOutcome.Refused, "Quota."));

        Assert.Equal(PublishOutcome.Refused, await publishing.Reasonable());
        Assert.Contains(_log.Lines, l => l.Id == EventIds.MessagingPublish && l.Text.Contains("Quota.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PublishAsync_MessageThatMqttCannotCarry_IsUnsendable()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        MqttMessage[] messages =
        [
            Message("x") with { UserProperties = new Dictionary<string, string> { ["name"] = "a\0b" } },
            Message("x") with { UserProperties = new Dictionary<string, string> { ["name"] = new string('x', 65536) } },
            Message("x") with { ContentType = "\ud800" },
            Message("x") with { Expiry = TimeSpan.FromMilliseconds(10) },
        ];

        foreach (MqttMessage message in messages)
        {
            Assert.Equal(PublishOutcome.Unsendable, await session.PublishAsync(message, CancellationToken.None).Reasonable());
        }

        Assert.Equal(0, session.BytesSent);
        await Assert.ThrowsAsync<ArgumentException>(() => session.PublishAsync(Message("a/+"), CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await session.SubscribeAsync("a/#/b", Ignore));
    }

    [Fact]
    public async Task DisposeAsync_WhileWaitingAndServing_StopsForGood()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        await ConnectAsync(session);
        Task<PublishOutcome> publishing = session.PublishAsync(Message("x"), CancellationToken.None);
        Task never = session.WaitForAsync(MqttSessionState.Connecting, CancellationToken.None);

        await session.DisposeAsync().AsTask().Reasonable();
        await session.DisposeAsync().AsTask().Reasonable();

        Assert.Equal(MqttSessionState.Stopped, session.State);
        Assert.Equal(PublishOutcome.Lost, await publishing.Reasonable());
        Assert.True(transports[0].IsDisposed);
        Assert.Equal(PublishOutcome.NotConnected, await session.PublishAsync(Message("x"), CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.StartAsync(CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => never.Reasonable());
    }

    [Fact]
    public async Task DisposeAsync_HandlerBusy_CancelsIt()
    {
        List<ScriptedTransport> transports = [];
        MqttSession session = Create(() => Add(transports));
        var entered = new TaskCompletionSource();
        await session.SubscribeAsync("t", async (_, stopping) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
        });
        await ConnectAsync(session);
        transports[0].Receive(Message("t"));
        await entered.Task.Reasonable();

        await session.DisposeAsync().AsTask().Reasonable();

        Assert.DoesNotContain(_log.Lines, l => l.Level == LogLevel.Error);
    }

    [Fact]
    public void Constructor_OptionsWithFaults_NamesThemAll()
    {
        MqttSessionOptions options = Options() with { Host = "", Port = 0, ClientId = "a b" };

        var e = Assert.Throws<ArgumentException>(() => new MqttSession(() => throw new InvalidOperationException(), options, _time, _log));

        Assert.Contains("Host", e.Message, StringComparison.Ordinal);
        Assert.Contains("Port", e.Message, StringComparison.Ordinal);
        Assert.Contains("ClientId", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_Twice_IsMisuse()
    {
        MqttSession session = Create(() => new ScriptedTransport(ScriptedTransport.Accepted));
        await session.StartAsync(CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => session.StartAsync(CancellationToken.None));
    }

    private static MqttSessionOptions Options() => new()
    {
        Host = "broker.invalid",
        ClientId = "session",
        ReconnectMinimum = Minimum,
        ReconnectMaximum = Maximum,
        JitterSeed = 5,
    };

    private static bool IsReconnect(TimeSpan due) => due <= Maximum;

    private static MqttMessage Message(string topic) => new() { Topic = topic, Payload = Encoding.UTF8.GetBytes("payload") };

    private static ValueTask Ignore(MqttMessage message, CancellationToken stopping) => ValueTask.CompletedTask;

    private static ScriptedTransport Add(List<ScriptedTransport> transports)
    {
        transports.Add(new ScriptedTransport(ScriptedTransport.Accepted));
        return transports[^1];
    }

    /// <summary>Lets the publish timeout pass for whoever waits, so many times.</summary>
    private async Task TimeOutAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _time.Advance(await _time.ArmedAsync(t => t == Options().PublishTimeout).Reasonable());
        }
    }

    private MqttSession Create(Func<IMqttTransport> connect)
    {
        var session = new MqttSession(connect, Options(), _time, _log);
        _sessions.Add(session);
        return session;
    }

    private static async Task ConnectAsync(MqttSession session)
    {
        await session.StartAsync(CancellationToken.None);
        await session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
    }
}
