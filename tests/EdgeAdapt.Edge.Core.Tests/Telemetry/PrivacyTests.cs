using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Tests.Answering;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Telemetry;

/// <summary>What leaves a device: everything that a real broker saw of it, subscribed to with '#'.</summary>
public sealed class PrivacyTests : IDisposable
{
    private readonly AgentFixture _fixture = new();
    private readonly ConcurrentQueue<MqttMessage> _seen = new();

    public void Dispose() => _fixture.Dispose();

    [BrokerFact]
    public async Task Images_Agent_SendsSamplesStatisticsTelemetryAndStatus()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await RunAsync(broker, PrivacyMode.Images, kinds => kinds.Length == 4);
        Assert.Equal([TopicKind.Samples, TopicKind.Statistics, TopicKind.Status, TopicKind.Telemetry], Kinds());
        Assert.All(Statuses(), s => Assert.Null(s.Privacy));
    }

    [BrokerFact]
    public async Task Statistics_AgentWithImagesFromBefore_SendsNumbersAndNoImageAndAdaptsItself()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        int waiting = await FillOutboxAsync();
        long refreshes = await RunAsync(broker, PrivacyMode.Statistics, kinds => kinds.Length == 3);

        Assert.Equal([TopicKind.Statistics, TopicKind.Status, TopicKind.Telemetry], Kinds());
        AssertNoImage();
        Assert.InRange(refreshes, 1, long.MaxValue);
        Assert.Contains(Statuses(), s => s is { Privacy: "statistics", FramesAnswered: > 0, OutboxCount: var count } && count == waiting);
        Assert.Equal(waiting, SamplesOnDisk());
        Assert.Contains(_fixture.Logger.Lines, l => l.Id == EventIds.EdgeTelemetry + 4 && l.Text.Contains($"{waiting} images", StringComparison.Ordinal));
    }

    [BrokerFact]
    public async Task Nothing_Agent_SendsThatItIsThereAndStillTakesParameters()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        int waiting = await FillOutboxAsync();
        await RunAsync(broker, PrivacyMode.Nothing, _ => Statuses().Any(s => s.ParameterVersion == 8), Tiny.Publish(Tiny.Set(8)));

        Assert.Equal([TopicKind.Status], Kinds());
        AssertNoImage();
        foreach (MqttMessage message in _seen.Where(m => m.Topic.EndsWith("/status", StringComparison.Ordinal)))
        {
            // Field by field: what is not zero or absent in a status of this mode is what its table in docs/telemetry.md names.
            JsonElement status = JsonDocument.Parse(message.Payload).RootElement;
            string[] told = [.. status.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Number || p.Value.GetDouble() != 0).Select(p => p.Name)];
            Assert.Empty(told.Except(["online", "group", "model", "parameterVersion", "agentVersion", "privacy"]));
        }

        Assert.Contains(Statuses(), s => s is { Online: true, Privacy: "nothing", AgentVersion: not null });
        Assert.Contains(Statuses(), s => !s.Online);
        Assert.Equal(waiting, SamplesOnDisk());
    }

    private TopicKind[] Kinds() =>
        [.. _seen.Select(m => Topics.TryParse(m.Topic, out TopicAddress? address) ? address.Kind : (TopicKind?)null).OfType<TopicKind>()
            .Where(k => k != TopicKind.GroupParameters).Distinct().OrderBy(k => $"{k}", StringComparer.Ordinal)];

    private IEnumerable<DeviceStatus> Statuses() => _seen.Select(m => DeviceStatus.TryParse(m, out DeviceStatus? status, out _) ? status : null).OfType<DeviceStatus>();

    private int SamplesOnDisk() => Directory.GetFiles(Path.Combine(_fixture.Folder.File("state"), "outbox"), "*.sample").Length;

    /// <summary>No message of any kind holds the bytes of a picture, whatever its topic says.</summary>
    private void AssertNoImage()
    {
        byte[][] marks = [[0x89, (byte)'P', (byte)'N', (byte)'G'], Encoding.ASCII.GetBytes("JFIF"), Encoding.ASCII.GetBytes("NUMPY")];
        Assert.NotEmpty(_seen);
        Assert.All(_seen, m =>
        {
            Assert.False(ContentTypes.IsSample(m.ContentType));
            Assert.All(marks, mark => Assert.Equal(-1, m.Payload.Span.IndexOf(mark)));
        });
    }

    /// <summary>A run without a broker whose samples stay.</summary>
    private async Task<int> FillOutboxAsync()
    {
        await using (EdgeAgent agent = _fixture.Open(_fixture.Options(_fixture.WriteFrames(20, name: "before.npy")) with { Broker = null }, new ScriptedUplink()))
        {
            await agent.RunAsync(CancellationToken.None).Reasonable();
        }

        int waiting = SamplesOnDisk();
        Assert.InRange(waiting, 10, 20);
        return waiting;
    }

    /// <summary>Runs an agent on endless frames until the broker has seen what the condition asks for, then for half its frames more.</summary>
    private async Task<long> RunAsync(MosquittoBroker broker, PrivacyMode mode, Func<TopicKind[], bool> enough, MqttMessage? retained = null)
    {
        await using var witness = new MqttSession(
            MqttTransports.Default, new MqttSessionOptions { Host = broker.Host, Port = broker.Port, ClientId = "witness" }, TimeProvider.System, NullLogger.Instance);
        await witness.SubscribeAsync("#", (message, _) =>
        {
            _seen.Enqueue(message);
            return ValueTask.CompletedTask;
        });
        await witness.StartAsync(CancellationToken.None);
        await witness.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
        if (retained is not null)
        {
            Assert.Equal(PublishOutcome.Acknowledged, await witness.PublishAsync(retained, CancellationToken.None).Reasonable());
        }

        EdgeAgentOptions options = _fixture.Options(_fixture.WriteFrames(64), broker.Port) with
        {
            Rate = 200,
            Loop = true,
            Privacy = mode,
            StatisticsBatch = 16,
            Drift = new DriftOptions { ReportPeriod = TimeSpan.FromSeconds(1) },
        };
        await using EdgeAgent agent = EdgeAgent.Open(
            options, o => new MqttUplink(new MqttSession(MqttTransports.Default, o, TimeProvider.System, NullLogger.Instance)), TimeProvider.System, _fixture.Logger);
        using var stop = new CancellationTokenSource();
        Task<AgentEnd> run = agent.RunAsync(stop.Token);
        await Within.UntilAsync(() => enough(Kinds()) && Statuses().Any(s => s.Online && (mode == PrivacyMode.Nothing || s.FramesAnswered > 0)));
        long answered = agent.Counters.Answered;

        // Longer than a report period and several batches of statistics: what this mode must not send would come now.
        await Within.UntilAsync(() => agent.Counters.Answered > answered + 300);
        await stop.CancelAsync();
        Assert.Equal(AgentEnd.Stopped, await run.Reasonable());
        await Within.UntilAsync(() => Statuses().Any(s => !s.Online));
        return agent.Counters.StatisticsRefreshes;
    }
}
