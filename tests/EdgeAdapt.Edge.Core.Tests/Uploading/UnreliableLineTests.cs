using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

/// <summary>What the uploader sends where the line is slow or breaks, the broker refuses, or the disk fails: each round by hand, by a clock that the test moves.</summary>
public sealed class UnreliableLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedUplink _uplink = new();
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();
    private readonly SampleOutbox _outbox;

    public UnreliableLineTests() => _outbox = SampleOutbox.Open(_folder.Path, new OutboxOptions(), _time, _logger);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Send_LineGoneBeforeTheUplinkSaysSo_AsksOnceAndWaits()
    {
        var budget = new ByteBudget(new ByteBudgetOptions { BytesPerHour = 1_000_000 }, null, _time, _logger);
        SampleUploader uploader = Open(new UploadOptions(), budget);
        Fill(3);
        int asked = 0;
        _uplink.Answer = _ => ++asked < 1000 ? PublishOutcome.NotConnected : PublishOutcome.Acknowledged;

        Assert.Equal(TimeSpan.FromSeconds(5), uploader.Send(CancellationToken.None));
        Assert.Equal((1, 0), (asked, uploader.InFlight));
        Assert.Equal((0L, 10_000L), (budget.Windows[0].Spent, budget.Windows[0].Available));
        uploader.Send(CancellationToken.None);
        Assert.Equal(1, asked);
        _time.Advance(TimeSpan.FromSeconds(5));
        uploader.Send(CancellationToken.None);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Send_Stopping_SendsNothing()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(3);
        uploader.Send(new CancellationToken(canceled: true));
        Assert.Equal(0, uploader.InFlight);
        Assert.False(_uplink.Published.TryRead(out _));
    }

    [Fact]
    public void Send_LineDiesBeforeEachAnswer_TakesNoMoreThanTheBudget()
    {
        var budget = new ByteBudget(new ByteBudgetOptions { BytesPerHour = 1_000_000 }, null, _time, _logger);
        SampleUploader uploader = Open(new UploadOptions(), budget);
        Fill(50);
        _uplink.Answer = _ => PublishOutcome.Lost;
        for (int second = 0; second < 3600; second++)
        {
            Reconnect();
            uploader.Send(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_uplink.BytesSent, 900_000, 1_000_000);
        Assert.Equal(_uplink.BytesSent, budget.Spent);
    }

    [Fact]
    public async Task Send_SlowLine_HoldsFewBytesAndNoneTwice()
    {
        SampleUploader uploader = Open(new UploadOptions { MaximumUnansweredBytes = 4000 });
        Fill(10);
        List<TaskCompletionSource<PublishOutcome>> open = [];
        _uplink.AnswerLater = _ =>
        {
            open.Add(new TaskCompletionSource<PublishOutcome>());
            return open[^1].Task;
        };

        // One until the broker has shown that it answers, then as many as the line may hold.
        Assert.Equal(Timeout.InfiniteTimeSpan, uploader.Send(CancellationToken.None));
        Assert.Single(open);
        open[0].SetResult(PublishOutcome.Acknowledged);
        await Within.UntilAsync(() => uploader.Send(CancellationToken.None) == TimeSpan.FromSeconds(20));
        int held = open.Count - 1;
        Assert.InRange(held, 2, 3);

        // However long the line takes, what it holds is not put behind itself; what the broker has is overdue by the cloud's time.
        uploader.Receive(Samples.Acknowledge(Samples.Create(1).Id));
        for (int minute = 0; minute < 60; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(Timeout.InfiniteTimeSpan, uploader.Send(CancellationToken.None));
        }

        Assert.Equal(1 + held, open.Count);
        for (int i = 1; i <= held; i++)
        {
            open[i].SetResult(PublishOutcome.Acknowledged);
        }

        await Within.UntilAsync(() => uploader.Send(CancellationToken.None) == TimeSpan.FromSeconds(20) && open.Count == 1 + (2 * held));
    }

    [Fact]
    public void Send_BrokerAnswersNothing_CostsOneSampleAConnection()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(10);
        _uplink.AnswerLater = _ => new TaskCompletionSource<PublishOutcome>().Task;
        for (int connection = 0; connection < 5; connection++)
        {
            Reconnect();
            uploader.Send(CancellationToken.None);
            uploader.Send(CancellationToken.None);
            Assert.Equal(1, Published());
        }
    }

    [Fact]
    public void Send_LineFlapsWhileTheCloudIsSilent_RepeatsWhatTheBrokerHasByTheTimeoutAlone()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(3);
        uploader.Send(CancellationToken.None);
        Assert.Equal(3, Published());
        foreach (int seconds in new[] { 20, 40, 80, 160 })
        {
            for (int passed = 0; passed < seconds; passed += 10)
            {
                Reconnect();
                uploader.Send(CancellationToken.None);
                Assert.Equal(0, Published());
                _time.Advance(TimeSpan.FromSeconds(10));
            }

            uploader.Send(CancellationToken.None);
            Assert.Equal(3, Published());
        }
    }

    [Fact]
    public void Send_BrokerRefusesEverything_TriesOneNowAndThen()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(10);
        _uplink.Answer = _ => PublishOutcome.Refused;
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            uploader.Send(CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        // After 1, 2, 4, ... 32 minutes, then each hour.
        Assert.InRange(Published(), 28, 30);
        Assert.Equal(10, _outbox.Count);

        _uplink.Answer = _ => PublishOutcome.Acknowledged;
        _time.Advance(TimeSpan.FromHours(1));
        uploader.Send(CancellationToken.None);
        Assert.Equal(10, Published());
    }

    [Fact]
    public void Send_BrokerRefusesAfterItHasAnswered_BeginsWithAMinuteAgain()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(3);
        string[] ids = [.. Enumerable.Range(1, 3).Select(n => Samples.Create(n).Id)];
        _uplink.Answer = m => SampleUpload.TryParse(m, out SampleUpload? u, out _) && u.Id == ids[0] ? PublishOutcome.Acknowledged : PublishOutcome.Refused;
        Assert.Equal(TimeSpan.FromSeconds(20), uploader.Send(CancellationToken.None));
        uploader.Receive(Samples.Acknowledge(ids[0]));
        Assert.Equal(TimeSpan.FromMinutes(1), uploader.Send(CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(2), uploader.Send(CancellationToken.None));
        _uplink.Answer = _ => PublishOutcome.Acknowledged;
        Reconnect();
        uploader.Send(CancellationToken.None);
        uploader.Receive(Samples.Acknowledge(ids[1..]));
        Fill(4);
        _uplink.Answer = _ => PublishOutcome.Refused;
        Assert.Equal(TimeSpan.FromMinutes(1), uploader.Send(CancellationToken.None));
    }

    [Fact]
    public void Send_BestSampleUnreadable_ReadsItOnceAMinuteAndSendsTheOthers()
    {
        SampleUploader uploader = Open(new UploadOptions());
        Fill(2);

        // A folder in its place cannot be read, as a bad sector cannot.
        string file = Directory.EnumerateFiles(_folder.Path, "*.sample").Order().First();
        File.Delete(file);
        Directory.CreateDirectory(file);
        for (int wake = 0; wake < 10; wake++)
        {
            uploader.Send(CancellationToken.None);
        }

        Assert.Equal(1, Published());
        Assert.Single(_logger.Lines, l => l.Id == EventIds.EdgeOutbox + 5);
        _time.Advance(TimeSpan.FromMinutes(1));
        uploader.Send(CancellationToken.None);
        Assert.Equal(2, _logger.Lines.Count(l => l.Id == EventIds.EdgeOutbox + 5));
    }

    [Fact]
    public void Send_SampleThatTheCloudDoesNotTake_IsSetAsideAndCounted()
    {
        long largest = new ByteBudgetOptions().LargestSample;
        Assert.InRange(Samples.Create(1, (int)largest).ToMessage().PacketLength, largest, MqttSessionOptions.DefaultMaximumPacketLength);

        // Left by a version that took any size; a new one does not come in.
        SampleUploader uploader = Open(new UploadOptions());
        Assert.Equal(AddOutcome.Stored, _outbox.Add(Samples.Create(1, 20_000_000)));
        uploader.Send(CancellationToken.None);
        Assert.Equal((0, 0, 1L), (Published(), _outbox.Count, _outbox.Counters.Drops.Unsendable));
        _outbox.ChangeBounds(1 << 28, largest);
        Assert.Equal(AddOutcome.TooLarge, _outbox.Add(Samples.Create(2, 20_000_000)));
        Assert.Equal(2, _outbox.Counters.Drops.Unsendable);
    }

    private SampleUploader Open(UploadOptions options, ByteBudget? budget = null)
    {
        var uploader = new SampleUploader(_outbox, _uplink, options, budget ?? new ByteBudget(options.Budget, null, _time, _logger), _time, _logger);

        // By itself it listens only while it runs.
        _uplink.ConnectionChanged += uploader.OnConnectionChanged;
        _uplink.Connect(true);
        return uploader;
    }

    private void Reconnect()
    {
        _uplink.Connect(false);
        _uplink.Connect(true);
    }

    private void Fill(int count)
    {
        for (int number = 1; number <= count; number++)
        {
            // The rank falls with the number, so that the order of sending is that of the numbers.
            _outbox.Add(Samples.Create(number), new SampleMerit(1.0 / number, null));
        }
    }

    /// <summary>How many samples were published since the last call.</summary>
    private int Published()
    {
        int count = 0;
        for (; _uplink.Published.TryRead(out _); count++)
        {
        }

        return count;
    }
}
