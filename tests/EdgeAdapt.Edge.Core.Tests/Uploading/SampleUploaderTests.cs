using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

public sealed class SampleUploaderTests : IAsyncDisposable
{
    private static readonly UploadOptions Options = new() { MaximumInFlight = 4, AcknowledgementTimeout = TimeSpan.FromSeconds(60) };
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedUplink _uplink = new();
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SampleOutbox _outbox;
    private readonly SampleUploader _uploader;
    private Task _run = Task.CompletedTask;

    public SampleUploaderTests()
    {
        _outbox = SampleOutbox.Open(_folder.Path, new OutboxOptions(), _time, _logger);
        _uploader = new SampleUploader(_outbox, _uplink, Options, new ByteBudget(Options.Budget, null, _time, _logger), _time, _logger);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_BrokerAcknowledges_KeepsTheSampleUntilTheCloudDoes()
    {
        Fill(1);
        Start(connected: true);
        MqttMessage sent = await _uplink.NextAsync("samples");
        Assert.True(SampleUpload.TryParse(sent, out SampleUpload? upload, out _));
        Assert.Equal(Samples.Create(1).Content.ToArray(), upload.Content.ToArray());
        Assert.Equal(1, _outbox.Count);

        _uploader.Receive(Samples.Acknowledge(upload.Id));
        Assert.Equal(0, _outbox.Count);
        Assert.Equal(1, _uploader.Acknowledged);
    }

    [Fact]
    public async Task Run_ManySamples_SendsTheMostValuableFirstAndBoundsThoseOnTheirWay()
    {
        Fill(1, 2, 3, 4, 5, 6);
        Start(connected: true);
        string[] first = await NextIdsAsync(4);
        Assert.Equal(Ids(1, 2, 3, 4), first);
        await _time.TimerWithinAsync(Options.AcknowledgementTimeout);
        Assert.Equal(4, _uploader.InFlight);
        Assert.False(_uplink.Published.TryRead(out _));

        _uploader.Receive(Samples.Acknowledge(first[1]));
        Assert.Equal(Ids(5), await NextIdsAsync(1));
        _uploader.Receive(Samples.Acknowledge(first[0], first[2], first[3]));
        Assert.Equal(Ids(6), await NextIdsAsync(1));
    }

    [Fact]
    public async Task Run_NotConnected_SendsNothingUntilTheConnectionIsThere()
    {
        Fill(1);
        Start(connected: false);
        Fill(2);
        Assert.False(_uplink.Published.TryRead(out _));
        _uplink.Connect(true);
        Assert.Equal(Ids(1, 2), await NextIdsAsync(2));
    }

    [Fact]
    public async Task Run_ConnectionLostAndBack_SendsWhatTheBrokerDidNotAnswerAgain()
    {
        Fill(1);
        var never = new TaskCompletionSource<PublishOutcome>();
        _uplink.AnswerLater = _ => never.Task;
        Start(connected: true);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
        _uplink.Connect(false);
        _uplink.Connect(true);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
    }

    [Fact]
    public async Task Run_PublishMeetsALostConnection_SendsAgainAtTheNextOne()
    {
        Fill(1);
        _uplink.Answer = _ => PublishOutcome.NotConnected;
        Start(connected: true);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
        _uplink.Answer = _ => PublishOutcome.Acknowledged;

        // The disconnection itself was told before the sample was marked; only the return of the connection comes.
        _uplink.Connect(true);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
    }

    [Fact]
    public async Task Run_CloudSilent_SendsAgainAfterTheTimeoutThatDoubles()
    {
        Fill(1);
        Start(connected: true);
        await NextIdsAsync(1);
        foreach (int seconds in new[] { 60, 120, 240 })
        {
            await _time.TimerWithinAsync(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.False(_uplink.Published.TryRead(out _), $"sent again before {seconds} s");
            await _time.TimerWithinAsync(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(Ids(1), await NextIdsAsync(1));
        }

        Assert.Equal(1, _outbox.Count);
        Assert.Contains(_logger.Lines, l => l.Text.Contains("cloud service running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_CloudSilentForDays_SendsAgainEachHalfHourUntilItAnswers()
    {
        var longest = TimeSpan.FromMinutes(30);
        Fill(1, 2);
        Start(connected: true);
        await NextIdsAsync(2);
        foreach (int seconds in new[] { 60, 120, 240, 480, 960, 1800, 1800, 1800 })
        {
            await _time.TimerWithinAsync(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.False(_uplink.Published.TryRead(out _), $"sent again before {seconds} s");
            await _time.TimerWithinAsync(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(Ids(1, 2), await NextIdsAsync(2));
        }

        Assert.Equal(longest, Options.LongestAcknowledgementTimeout);
        _uploader.Receive(Samples.Acknowledge(Ids(2)));
        await _time.TimerWithinAsync(Options.AcknowledgementTimeout);
        _time.Advance(Options.AcknowledgementTimeout);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
    }

    [Fact]
    public async Task Run_BrokerCannotTakeOne_KeepsItAndSendsTheOthers()
    {
        Fill(1, 2);
        string refused = Ids(1)[0];
        _uplink.Answer = m => SampleUpload.TryParse(m, out SampleUpload? u, out _) && u.Id == refused ? PublishOutcome.Unsendable : PublishOutcome.Acknowledged;
        Start(connected: true);
        Assert.Equal(Ids(1, 2), await NextIdsAsync(2));
        _uploader.Receive(Samples.Acknowledge(Ids(2)));
        Fill(3);
        Assert.Equal(Ids(3), await NextIdsAsync(1));
        Assert.Equal(2, _outbox.Count);

        // Whoever raises the broker's limit reconnects the device, or waits.
        _uplink.Answer = _ => PublishOutcome.Acknowledged;
        _uplink.Connect(false);
        _uplink.Connect(true);
        Assert.Equal(Ids(1), await NextIdsAsync(1));
    }

    [Fact]
    public async Task Run_DamagedFileInFront_IsSetAsideAndTheNextIsSent()
    {
        Fill(1, 2);
        File.WriteAllBytes(Directory.EnumerateFiles(_folder.Path, "*.sample").Order().First(), [1, 2, 3]);
        Start(connected: true);
        Assert.Equal(Ids(2), await NextIdsAsync(1));
        Assert.Equal(1, _outbox.Counters.Drops.Damaged);
    }

    [Fact]
    public void Receive_CloudRefusesASample_SetsItAsideAndCountsIt()
    {
        Fill(1, 2);
        _uploader.Receive(new SampleAcknowledgement(Ids(2)) { Refused = Ids(1) }.ToMessage(Samples.Tenant, Samples.Device, DateTimeOffset.UnixEpoch));
        Assert.Equal((0, 1L, 1L), (_outbox.Count, _outbox.Counters.Drops.Unsendable, _outbox.Counters.Acknowledged));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "quarantine")));
    }

    [Fact]
    public void Receive_Nonsense_IsLoggedAndChangesNothing()
    {
        Fill(1);
        _uploader.Receive(Samples.Acknowledge(Ids(1)) with { Payload = new byte[] { 1, 2, 3 } });
        Assert.Equal(1, _outbox.Count);
        Assert.Single(_logger.Lines, l => l.Text.Contains("cannot be read", StringComparison.Ordinal));
    }

    private static string[] Ids(params int[] numbers) => [.. numbers.Select(n => Samples.Create(n).Id)];

    private void Start(bool connected)
    {
        _uplink.Connect(connected);
        _run = Task.Run(() => _uploader.RunAsync(_stop.Token));
    }

    private void Fill(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            // The rank falls with the number, so that the order of sending is that of the numbers.
            Assert.Equal(AddOutcome.Stored, _outbox.Add(Samples.Create(number), new SampleMerit(1.0 / number, null)));
            _uploader.Wake();
        }
    }

    private async Task<string[]> NextIdsAsync(int count)
    {
        List<string> ids = [];
        while (ids.Count < count)
        {
            Assert.True(SampleUpload.TryParse(await _uplink.NextAsync("samples"), out SampleUpload? upload, out string? fault), fault);
            ids.Add(upload.Id);
        }

        return [.. ids];
    }
}
