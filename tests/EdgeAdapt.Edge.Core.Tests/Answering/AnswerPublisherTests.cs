using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Messaging;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>Answers on their way to the broker, and what they cost the frame loop.</summary>
public sealed class AnswerPublisherTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly ScriptedUplink _uplink = new();
    private readonly AgentCounters _counters = new();

    public ValueTask DisposeAsync() => _uplink.DisposeAsync();

    [Fact]
    public async Task Offer_ChangesOnly_LeavesOutWhatRepeatsTheClass()
    {
        _uplink.Connect(true);
        await PublishAsync(changesOnly: true, 1, 1, 2, 2, 2, 1, 3, 3);
        Assert.Equal((4L, 0L), (_counters.PublishedAnswers, _counters.UnpublishedAnswers));
        Assert.Equal(["1", "2", "1", "3"], Published());
    }

    [Fact]
    public async Task Offer_All_PublishesEach()
    {
        _uplink.Connect(true);
        await PublishAsync(changesOnly: false, 1, 1, 2);
        Assert.Equal(["1", "1", "2"], Published());
    }

    [Fact]
    public void Offer_WithoutConnection_CountsAndKeepsNothing()
    {
        var all = new AnswerPublisher(false, Pack, _uplink, _counters);
        all.Offer(Answer(1));
        all.Offer(Answer(1));
        Assert.Equal(2, _counters.UnpublishedAnswers);

        // Of changes alone, only a change is missed.
        var changes = new AnswerPublisher(true, Pack, _uplink, _counters);
        changes.Offer(Answer(1));
        changes.Offer(Answer(1));
        changes.Offer(Answer(2));
        Assert.Equal(4, _counters.UnpublishedAnswers);
    }

    [Fact]
    public async Task RunAsync_NetworkGoesInBetween_TellsTheClassAgainWhenItIsBack()
    {
        _uplink.Connect(true);
        _uplink.Answer = _ => PublishOutcome.NotConnected;
        var publisher = new AnswerPublisher(true, Pack, _uplink, _counters);
        using var stop = new CancellationTokenSource();
        Task run = publisher.RunAsync(stop.Token);
        publisher.Offer(Answer(1));
        await Within.UntilAsync(() => _counters.UnpublishedAnswers == 1);
        _uplink.Answer = _ => PublishOutcome.Acknowledged;
        publisher.Offer(Answer(1));
        await Within.UntilAsync(() => _counters.PublishedAnswers == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task RunAsync_AnswerFailsWhileAnotherClassWaits_TellsThatOneOnce()
    {
        _uplink.Connect(true);
        _uplink.Answer = message => message.Topic == "1" ? PublishOutcome.NotConnected : PublishOutcome.Acknowledged;
        var publisher = new AnswerPublisher(true, Pack, _uplink, _counters);
        publisher.Offer(Answer(1));
        publisher.Offer(Answer(2));
        using var stop = new CancellationTokenSource();
        Task run = publisher.RunAsync(stop.Token);
        await Within.UntilAsync(() => (_counters.PublishedAnswers, _counters.UnpublishedAnswers) == (1, 1));
        publisher.Offer(Answer(2));
        publisher.Offer(Answer(3));
        await Within.UntilAsync(() => _counters.PublishedAnswers >= 2);
        Assert.Equal(["2", "3"], Published().Where(topic => topic != "1"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void Offer_NetworkThatStands_KeepsTheNewestAndAllocatesNothing()
    {
        _uplink.Connect(true);
        var publisher = new AnswerPublisher(false, Pack, _uplink, _counters);
        AnsweredFrame answer = Answer(1);
        const int count = 200_000;
        for (int i = 0; i < count; i++)
        {
            publisher.Offer(answer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            publisher.Offer(answer);
        }

        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"{elapsed.TotalMicroseconds / count:0.000} µs an answer");

        // Less than a byte an answer: the runtime itself may allocate now and then, an object for each would be 24 times as much.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, count);
        Assert.Equal((2 * count) - AnswerPublisher.Capacity, _counters.UnpublishedAnswers);
    }

    private static MqttMessage Pack(PublishedAnswer answer) => new() { Topic = $"{answer.Class}" };

    private static AnsweredFrame Answer(int answered)
    {
        float[] logits = new float[4];
        logits[answered] = 3;
        return new AnsweredFrame(7, new Frame { Name = "frame" }, DateTimeOffset.UnixEpoch, [], logits, 0);
    }

    private async Task PublishAsync(bool changesOnly, params int[] classes)
    {
        var publisher = new AnswerPublisher(changesOnly, Pack, _uplink, _counters);
        foreach (int answered in classes)
        {
            publisher.Offer(Answer(answered));
        }

        using var stop = new CancellationTokenSource();
        Task run = publisher.RunAsync(stop.Token);
        await Within.UntilAsync(() => _counters.PublishedAnswers == (changesOnly ? 4 : classes.Length));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private List<string> Published()
    {
        List<string> topics = [];
        while (_uplink.Published.TryRead(out MqttMessage? message))
        {
            topics.Add(message.Topic);
        }

        return topics;
    }
}
