using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

/// <summary>A stream of samples of 100 MB an hour through filter, steering, outbox, budget and uploader, by a clock that the test moves.</summary>
public sealed class BudgetedStreamTests : IDisposable
{
    private const int SampleBytes = 2780;
    private const double FramesPerSecond = 10;

    // What an agent with a small network sends beside samples, and after how many frames the next comes.
    private static readonly (string Topic, double Part, int Bytes, int Frames)[] Reports = [("statistics", 0.5, 5500, 32), ("status", 0.25, 700, 100), ("telemetry", 0.25, 1500, 600)];
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedUplink _uplink = new();
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Budget_OneMegabyteAnHourOfAHundred_IsMetWithinTwoPercentInEachHour() => await MeetBudget(withReports: false);

    [Fact]
    public async Task Budget_OneMegabyteAnHourOfAHundredAndReports_IsMetByAllBytesTogether()
    {
        (ByteBudget budget, Dictionary<string, int> sent) = await MeetBudget(withReports: true);

        // The reports alone would be six times the budget: each kind comes, together they take their fifth, and none starves.
        Assert.InRange(budget.Reported, 0.19 * 3_000_000, 0.21 * 3_000_000);
        Assert.InRange(sent["statistics"], 50, 60);
        Assert.InRange(sent["status"], 150, 220);
        Assert.InRange(sent["telemetry"], 80, 120);
    }

    [Fact]
    public void Budget_StreamChanges_SendsTheReserveInTheTimeOfABacklog()
    {
        var options = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 1_000_000, BurstShare = 0.2 } };
        SampleOutbox outbox = SampleOutbox.Open(_folder.Path, new OutboxOptions { MaximumBytes = 4 << 20 }, _time, _logger);
        var budget = new ByteBudget(options.Budget, null, _time, _logger);
        var uploader = new SampleUploader(outbox, _uplink, options, budget, _time, _logger);
        var steering = new ShareSteering(options.Budget, () => outbox.Bytes, _time);
        var filter = new EntropyFilter(new EntropyFilterOptions { EntropyHighMargin = null, EntropyLowMargin = null, WarmUpSamples = null }, 10);
        _uplink.Connect(true);
        int stored = 0;
        long Run(TimeSpan duration)
        {
            long before = _uplink.BytesSent;
            for (int frame = 0; frame < duration.TotalSeconds * FramesPerSecond; frame++)
            {
                _time.Advance(TimeSpan.FromSeconds(1 / FramesPerSecond));
                steering.CountFrame();
                filter.ShareLimit = steering.Share;
                if (filter.Select([1f], [frame % 10]).Count > 0)
                {
                    SampleUpload sample = Samples.Create(++stored, SampleBytes);
                    steering.CountSample(sample.Content.Length);
                    outbox.Add(sample, new SampleMerit(filter.Rank(1), null));
                }

                uploader.Send(CancellationToken.None);
                while (_uplink.Published.TryRead(out MqttMessage? message))
                {
                    Assert.True(SampleUpload.TryParse(message, out SampleUpload? upload, out _));
                    uploader.Receive(Samples.Acknowledge(upload.Id));
                }
            }

            return _uplink.BytesSent - before;
        }

        long first = Run(TimeSpan.FromHours(1));
        long calm = Run(TimeSpan.FromMinutes(2));
        long released = budget.Release();
        steering.Collect(released);
        long changed = Run(TimeSpan.FromMinutes(2));
        long rest = Run(TimeSpan.FromMinutes(56));

        // 0.8 MB an hour are 27 kB in two minutes; what was released comes on top, and is earned again in the quarter of an hour that follows.
        Assert.InRange(first, 780_000, 1_000_000);
        Assert.InRange(calm, 22_000, 32_000);
        Assert.InRange(released, 70_000, 75_000);
        Assert.InRange(changed, 0.85 * released, released + calm);
        Assert.InRange(calm + changed + rest, 780_000, 1_000_000);
    }

    private async Task<(ByteBudget Budget, Dictionary<string, int> Reports)> MeetBudget(bool withReports)
    {
        const long budgetBytes = 1_000_000;
        var options = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = budgetBytes } };
        SampleOutbox outbox = SampleOutbox.Open(_folder.Path, new OutboxOptions { MaximumBytes = 4 << 20 }, _time, _logger);
        var budget = new ByteBudget(options.Budget, null, _time, _logger);
        var uploader = new SampleUploader(outbox, _uplink, options, budget, _time, _logger);
        var steering = new ShareSteering(options.Budget, () => outbox.Bytes, _time);
        var filter = new EntropyFilter(new EntropyFilterOptions { EntropyHighMargin = null, EntropyLowMargin = null, WarmUpSamples = null }, 10);
        var random = new Random(11);
        _uplink.Connect(true);
        var publishers = Reports.ToDictionary(r => r.Topic, r => new LatestMessagePublisher(_uplink, budget.Allow(r.Part), _time, _logger));
        var sent = Reports.ToDictionary(r => r.Topic, _ => 0);
        List<long> hours = [];
        int stored = 0;
        (double chosen, int rare) = (0, 0);
        long largestBacklog = 0;
        for (int hour = 0; hour < 3; hour++)
        {
            long before = _uplink.BytesSent;
            for (int frame = 0; frame < (int)(3600 * FramesPerSecond); frame++)
            {
                _time.Advance(TimeSpan.FromSeconds(1 / FramesPerSecond));
                float entropy = 2 * random.NextSingle();
                steering.CountFrame();
                filter.ShareLimit = steering.Share;
                int sampleClass = random.NextDouble() < 0.9 ? 0 : 1;
                if (filter.Select([entropy], [sampleClass]).Count > 0)
                {
                    SampleUpload sample = Samples.Create(++stored, SampleBytes);
                    chosen += entropy;
                    rare += sampleClass;
                    steering.CountSample(sample.Content.Length);
                    Assert.Equal(AddOutcome.Stored, outbox.Add(sample, new SampleMerit(filter.Rank(entropy), null)));
                }

                uploader.Send(CancellationToken.None);
                foreach ((string topic, _, int bytes, int frames) in withReports ? Reports : [])
                {
                    if (frame % frames == 0)
                    {
                        publishers[topic].Offer(new MqttMessage { Topic = topic, Payload = new byte[bytes] });
                    }

                    await publishers[topic].PublishPendingAsync(CancellationToken.None);
                }

                while (_uplink.Published.TryRead(out MqttMessage? message))
                {
                    if (SampleUpload.TryParse(message, out SampleUpload? upload, out _))
                    {
                        uploader.Receive(Samples.Acknowledge(upload.Id));
                    }
                    else
                    {
                        sent[message.Topic]++;
                    }
                }

                largestBacklog = Math.Max(largestBacklog, outbox.Bytes);
            }

            hours.Add(_uplink.BytesSent - before);
        }

        Assert.Equal(budget.Spent + budget.Reported, _uplink.BytesSent);
        Assert.All(hours, bytes => Assert.InRange(bytes, 0.98 * budgetBytes, budgetBytes));

        // What was queued could be sent: the stream holds 108,000 samples, and all but a few minutes' worth of those that were stored went out.
        Assert.Equal(0, outbox.Counters.Dropped);
        Assert.InRange(stored, outbox.Counters.Acknowledged, 1100);
        Assert.InRange(largestBacklog, SampleBytes, budgetBytes / 10);

        // A draw from the whole stream, not the first that come: of all entropies between 0 and 2, and of the class that one frame in ten has nearly as many as of the other.
        Assert.InRange(chosen / stored, 0.9, 1.1);
        Assert.InRange(rare / (double)stored, 0.2, 0.5);
        return (budget, sent);
    }
}
