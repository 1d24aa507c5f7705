using System.Text.Json;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Tests.Answering;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Imaging;
using EdgeAdapt.Messaging;
using EdgeAdapt.Testing.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

/// <summary>Pictures in at the broker, answers out at it.</summary>
public sealed class ImageTopicTests : IDisposable
{
    private readonly AgentFixture _fixture = new();
    private readonly ImageEncoder _encoder = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<MqttMessage> _answers = new();

    public void Dispose()
    {
        _encoder.Dispose();
        _fixture.Dispose();
    }

    [BrokerFact]
    public async Task RunAsync_PicturesOfTwoCameras_AreAnsweredAndTheAnswersPublished()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using MqttSession camera = await ConnectAsync(broker);
        await using EdgeAgent agent = Open(broker, AnswerPublishing.All, new FrameInputOptions { ImageTopic = "cameras/+/image", MaximumFrameBytes = 4000 });
        using var stop = new CancellationTokenSource();
        Task<AgentEnd> run = agent.RunAsync(stop.Token);

        // At most once, so a picture that comes before the subscription is nobody's.
        await Within.UntilAsync(() =>
        {
            camera.PublishAsync(Picture("cameras/gate/image", 0), CancellationToken.None).GetAwaiter().GetResult();
            return agent.Counters.Answered > 0;
        });
        for (int i = 1; i <= 20; i++)
        {
            long before = agent.Counters.Answered;
            await camera.PublishAsync(Picture(i % 2 == 0 ? "cameras/gate/image" : "cameras/yard/image", i), CancellationToken.None).Reasonable();
            await Within.UntilAsync(() => agent.Counters.Answered > before);
        }

        await camera.PublishAsync(new MqttMessage { Topic = "cameras/yard/image", Payload = new byte[4001] }, CancellationToken.None).Reasonable();
        await camera.PublishAsync(new MqttMessage { Topic = "cameras/yard/image", Payload = "no picture"u8.ToArray() }, CancellationToken.None).Reasonable();
        await Within.UntilAsync(() => agent.Counters.Failed == 2);
        await Within.UntilAsync(() => _answers.Count == agent.Counters.Answered);
        Assert.Equal((agent.Counters.Answered, 0L), (agent.Counters.PublishedAnswers, agent.Counters.UnpublishedAnswers));
        DeviceAnswer[] answers = [.. _answers.Select(Parse)];
        Assert.Contains(answers, a => a.Name == "cameras/gate/image");
        Assert.Contains(answers, a => a.Name == "cameras/yard/image");
        await stop.CancelAsync();
        Assert.Equal(AgentEnd.Stopped, await run.Reasonable());

        // What was published is what was reported, frame by frame.
        Dictionary<long, JsonElement> reported = _fixture.Report("answer").Where(l => !l.TryGetProperty("failed", out _)).ToDictionary(l => l.GetProperty("frame").GetInt64());
        Assert.Equal(reported.Count, answers.Length);
        Assert.All(answers, a =>
        {
            Assert.Equal((reported[a.Frame].GetProperty("class").GetInt32(), reported[a.Frame].GetProperty("entropy").GetSingle()), (a.Class, a.Entropy));
            Assert.InRange(a.Confidence, 0.25f, 1);
        });
        Assert.Contains(_fixture.Logger.Lines, l => l.Text.Contains("--frame-megabytes", StringComparison.Ordinal));
    }

    [BrokerFact]
    public async Task RunAsync_ChangesOnly_PublishesEachChangeAndTheFirstAfterAnOutage()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using MqttSession camera = await ConnectAsync(broker);
        await using EdgeAgent agent = EdgeAgent.Open(
            Options(broker, AnswerPublishing.Changes) with { Source = _fixture.WriteFrames(256), Rate = 100, Loop = true }, Connect, TimeProvider.System, _fixture.Logger);
        using var stop = new CancellationTokenSource();
        Task<AgentEnd> run = agent.RunAsync(stop.Token);
        await Within.UntilAsync(() => _answers.Count > 30);
        DeviceAnswer[] answers = [.. _answers.Select(Parse)];
        Assert.All(answers.Zip(answers.Skip(1)), pair => Assert.NotEqual(pair.First.Class, pair.Second.Class));
        Assert.True(agent.Counters.Answered > agent.Counters.PublishedAnswers);

        await broker.KillAsync();
        long unpublished = agent.Counters.UnpublishedAnswers;
        long answered = agent.Counters.Answered;
        await Within.UntilAsync(() => agent.Counters.Answered > answered + 20 && agent.Counters.UnpublishedAnswers > unpublished);
        await broker.RestartAsync();
        int before = _answers.Count;
        await Within.UntilAsync(() => _answers.Count > before);
        await stop.CancelAsync();
        Assert.Equal(AgentEnd.Stopped, await run.Reasonable());
    }

    [Fact]
    public async Task Offer_MoreThanTheQueueHolds_SkipsTheOldestAndCountsThem()
    {
        int skipped = 0;
        using var source = new ImageTopicFrameSource(new FrameInputOptions { ImageTopic = "c", ImageQueue = 3, MaximumFrameBytes = 1000 }, () => skipped++);
        for (int i = 0; i < 10; i++)
        {
            source.Offer(new MqttMessage { Topic = $"c/{i}", Payload = new byte[i == 9 ? 1001 : 1000] });
        }

        Assert.Equal(7, skipped);
        source.Dispose();
        List<Frame> frames = [];
        await foreach (Frame frame in source.ReadAsync(CancellationToken.None))
        {
            frames.Add(frame);
        }

        Assert.Equal(["c/7", "c/8", "c/9"], frames.Select(f => f.Name));
        Assert.Contains("at most 1000", frames[2].Fault, StringComparison.Ordinal);
        Assert.True(frames[2].Bytes.IsEmpty);
    }

    [Fact]
    public void Faults_AnswersWithPrivacyNothing_AreRefused()
    {
        EdgeAgentOptions options = _fixture.Options(_fixture.WriteFrames(1)) with { PublishAnswers = AnswerPublishing.All, Privacy = PrivacyMode.Nothing };
        Assert.Contains("--publish-answers", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    private static DeviceAnswer Parse(MqttMessage message)
    {
        Assert.True(DeviceAnswer.TryParse(message, out DeviceAnswer? answer, out string? fault), fault);
        return answer;
    }

    private static MqttUplink Connect(MqttSessionOptions options) => new(new MqttSession(MqttTransports.Default, options, TimeProvider.System, NullLogger.Instance));

    private EdgeAgentOptions Options(MosquittoBroker broker, AnswerPublishing publishing) => _fixture.Options(string.Empty, broker.Port) with { PublishAnswers = publishing, DrainTimeout = TimeSpan.Zero };

    private EdgeAgent Open(MosquittoBroker broker, AnswerPublishing publishing, FrameInputOptions input) =>
        EdgeAgent.Open(Options(broker, publishing) with { Input = input }, Connect, TimeProvider.System, _fixture.Logger);

    private MqttMessage Picture(string topic, int seed) =>
        new() { Topic = topic, Payload = _encoder.EncodePng(TinyImages.Render(seed + 1, 1).Frames, TinyImages.Size, TinyImages.Size), Quality = QualityOfService.AtMostOnce };

    private async Task<MqttSession> ConnectAsync(MosquittoBroker broker)
    {
        var session = new MqttSession(
            MqttTransports.Default,
            new MqttSessionOptions
            {
                Host = broker.Host, Port = broker.Port, ClientId = "camera", ReconnectMinimum = TimeSpan.FromMilliseconds(20), ReconnectMaximum = TimeSpan.FromMilliseconds(200),
            },
            TimeProvider.System, NullLogger.Instance);
        await session.SubscribeAsync(Topics.AllAnswers(), (message, _) =>
        {
            _answers.Enqueue(message);
            return ValueTask.CompletedTask;
        });
        await session.StartAsync(CancellationToken.None);
        await session.WaitForAsync(MqttSessionState.Connected, CancellationToken.None).Reasonable();
        return session;
    }
}
