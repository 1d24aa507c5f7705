using System.Collections.Concurrent;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>The agent against a real broker, with a cloud that does no more than store and acknowledge.</summary>
public sealed class EdgeAgentBrokerTests : IDisposable
{
    private readonly AgentFixture _fixture = new();
    private readonly ConcurrentDictionary<string, SampleUpload> _stored = new();
    private readonly ConcurrentQueue<DeviceStatus> _status = new();

    public void Dispose() => _fixture.Dispose();

    [BrokerFact]
    public async Task RunAsync_BrokerDownAtStart_AnswersAndDeliversEverythingLater()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();
        await using EdgeAgent agent = Open(broker, frames: 150);
        Task<AgentEnd> run = agent.RunAsync(CancellationToken.None);
        await Within.UntilAsync(() => agent.Counters.Answered == 150);
        Assert.False(run.IsCompleted);

        await broker.RestartAsync();
        await using MqttSession cloud = await StartCloudAsync(broker);
        Assert.Equal(AgentEnd.Drained, await run.Reasonable());
        Assert.Equal(agent.Counters.Selected, _stored.Count);
        Assert.Equal(0, agent.Counters.Failed);
    }

    [BrokerFact]
    public async Task RunAsync_BrokerKilledInBetween_LosesNothing()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using MqttSession cloud = await StartCloudAsync(broker);

        // Nine seconds of frames: a connection takes one to come back on a busy machine, and the source must outlast two outages.
        await using EdgeAgent agent = Open(broker, frames: 900, rate: 100);
        Task<AgentEnd> run = agent.RunAsync(CancellationToken.None);
        for (int outage = 1; outage <= 2; outage++)
        {
            int stored = _stored.Count;
            await Within.UntilAsync(() => _stored.Count > stored + 10);
            await broker.KillAsync();
            long answered = agent.Counters.Answered;
            await Within.UntilAsync(() => agent.Counters.Answered > answered + 20);
            await broker.RestartAsync();
        }

        Assert.Equal(AgentEnd.Drained, await run.Reasonable());
        Assert.Equal((900L, 0L), (agent.Counters.Answered, agent.Counters.Failed));
        Assert.Equal(agent.Counters.Selected, _stored.Count);
    }

    [BrokerFact]
    public async Task RunAsync_RetainedParameters_AreTakenAtTheFirstConnection()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using MqttSession cloud = await StartCloudAsync(broker);
        await cloud.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
        Assert.Equal(PublishOutcome.Acknowledged, await cloud.PublishAsync(Tiny.Publish(Tiny.Set(8)), CancellationToken.None).Reasonable());

        await using EdgeAgent agent = Open(broker, frames: 10, rate: 100, loop: true);
        using var stop = new CancellationTokenSource();
        Task<AgentEnd> run = agent.RunAsync(stop.Token);
        await Within.UntilAsync(() => agent.ParameterVersion == 8);
        await Within.UntilAsync(() => _status.Any(s => s is { Online: true, ParameterVersion: 8 }));
        await stop.CancelAsync();
        Assert.Equal(AgentEnd.Stopped, await run.Reasonable());
        await Within.UntilAsync(() => _status.Any(s => !s.Online));
    }

    private EdgeAgent Open(MosquittoBroker broker, int frames, double rate = 0, bool loop = false) => EdgeAgent.Open(
        _fixture.Options(_fixture.WriteFrames(frames), broker.Port) with
        {
            Rate = rate,
            Loop = loop,
            Statistics = StatisticsMode.Source,

            // However slow the disk of the test machine, none is to be dropped for it.
            Outbox = new OutboxOptions { QueuedWrites = 4096 },

            // A broker that was killed has forgotten who subscribed, and takes samples for nobody until the cloud is back.
            Upload = new UploadOptions { AcknowledgementTimeout = TimeSpan.FromSeconds(1), LongestAcknowledgementTimeout = TimeSpan.FromSeconds(1) },
        },
        options => new MqttUplink(new MqttSession(MqttTransports.Default, options, TimeProvider.System, NullLogger.Instance)), TimeProvider.System, _fixture.Logger);

    private async Task<MqttSession> StartCloudAsync(MosquittoBroker broker)
    {
        var cloud = new MqttSession(
            MqttTransports.Default,
            new MqttSessionOptions
            {
                Host = broker.Host,
                Port = broker.Port,
                ClientId = "cloud",
                SessionExpiry = TimeSpan.FromMinutes(10),
                ReconnectMinimum = TimeSpan.FromMilliseconds(20),
                ReconnectMaximum = TimeSpan.FromMilliseconds(200),
            },
            TimeProvider.System, NullLogger.Instance);
        await cloud.SubscribeAsync(Topics.AllSamples(), async (message, token) =>
        {
            Assert.True(SampleUpload.TryParse(message, out SampleUpload? upload, out _));
            _stored.TryAdd(upload.Id, upload);
            await cloud.PublishAsync(Samples.Acknowledge(upload.Id), token);
        });
        await cloud.SubscribeAsync(Topics.AllStatus(), (message, _) =>
        {
            if (DeviceStatus.TryParse(message, out DeviceStatus? status, out string? _))
            {
                _status.Enqueue(status);
            }

            return ValueTask.CompletedTask;
        });
        await cloud.StartAsync(CancellationToken.None);
        return cloud;
    }
}
