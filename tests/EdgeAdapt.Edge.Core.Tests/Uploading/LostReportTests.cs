using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

/// <summary>Who pays for a report whose connection broke: what may have left the device is paid for.</summary>
public sealed class LostReportTests : IAsyncDisposable
{
    private static readonly MqttMessage Report = new() { Topic = "report", Payload = new byte[1500] };
    private readonly ScriptedUplink _uplink = new();
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();
    private readonly ByteBudget _budget;

    public LostReportTests() => _budget = new ByteBudget(new ByteBudgetOptions { BytesPerHour = 1_000_000 }, null, _time, _logger);

    public ValueTask DisposeAsync() => _uplink.DisposeAsync();

    [Theory]
    [InlineData(PublishOutcome.NotConnected, 1000, 0)]
    [InlineData(PublishOutcome.Lost, 1, 1)]
    public async Task PublishPending_ConnectionBreaksEachTime_PaysForWhatMayHaveLeft(PublishOutcome outcome, int attempts, int paid)
    {
        var publisher = new LatestMessagePublisher(_uplink, _budget.Allow(1), _time, _logger);
        _uplink.Connect(true);
        _uplink.Answer = _ => outcome;
        publisher.Offer(Report);
        for (int i = 0; i < 1000; i++)
        {
            await publisher.PublishPendingAsync(CancellationToken.None);
        }

        Assert.Equal(attempts * Report.PacketLength, _uplink.BytesSent);
        Assert.Equal(paid * Report.PacketLength, _budget.Windows[0].Spent);
    }

    [Theory]
    [InlineData(PublishOutcome.NotConnected, 0)]
    [InlineData(PublishOutcome.Lost, 1)]
    public async Task RunAsync_ConnectionBreaksUnderAnAnswer_PaysForWhatMayHaveLeft(PublishOutcome outcome, int paid)
    {
        var counters = new AgentCounters();
        var publisher = new AnswerPublisher(false, _ => Report, _uplink, counters, _budget.Allow(1));
        _uplink.Connect(true);
        _uplink.Answer = _ => outcome;
        publisher.Offer(new AnsweredFrame(7, new Frame { Name = "frame" }, DateTimeOffset.UnixEpoch, [], new float[4], 0));
        using var stop = new CancellationTokenSource();
        Task run = publisher.RunAsync(stop.Token);
        await Within.UntilAsync(() => counters.UnpublishedAnswers == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(paid * Report.PacketLength, _budget.Windows[0].Spent);
    }
}
