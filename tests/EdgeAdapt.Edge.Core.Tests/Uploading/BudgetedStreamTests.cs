using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

/// <summary>A stream of samples of 100 MB an hour through filter, steering, outbox, budget and uploader, by a clock that the test moves.</summary>
public sealed class BudgetedStreamTests : IDisposable
{
    private const int SampleBytes = 2780;
    private const double FramesPerSecond = 10;
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedUplink _uplink = new();
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Budget_OneMegabyteAnHourOfAHundred_IsMetWithinTwoPercentInEachHour()
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
        List<long> hours = [];
        int stored = 0;
        long largestBacklog = 0;
        for (int hour = 0; hour < 3; hour++)
        {
            long before = budget.Spent;
            for (int frame = 0; frame < (int)(3600 * FramesPerSecond); frame++)
            {
                _time.Advance(TimeSpan.FromSeconds(1 / FramesPerSecond));
                float entropy = 2 * random.NextSingle();
                steering.CountFrame();
                filter.ShareLimit = steering.Share;
                if (filter.Select([entropy]).Count > 0)
                {
                    SampleUpload sample = Samples.Create(++stored, SampleBytes);
                    steering.CountSample(sample.Content.Length);
                    Assert.Equal(AddOutcome.Stored, outbox.Add(sample, new SampleMerit(filter.Rank(entropy), null)));
                }

                uploader.Send(CancellationToken.None);
                while (_uplink.Published.TryRead(out MqttMessage? message) && SampleUpload.TryParse(message, out SampleUpload? upload, out _))
                {
                    uploader.Receive(Samples.Acknowledge(upload.Id));
                }

                largestBacklog = Math.Max(largestBacklog, outbox.Bytes);
            }

            hours.Add(budget.Spent - before);
        }

        Assert.Equal(budget.Spent, _uplink.BytesSent);
        Assert.All(hours, bytes => Assert.InRange(bytes, 0.98 * budgetBytes, budgetBytes));

        // What was queued could be sent: the stream holds 108,000 samples, and all but a few minutes' worth of those that were stored went out.
        Assert.Equal(0, outbox.Counters.Dropped);
        Assert.InRange(stored, outbox.Counters.Acknowledged, 1100);
        Assert.InRange(largestBacklog, SampleBytes, budgetBytes / 10);
    }
}
