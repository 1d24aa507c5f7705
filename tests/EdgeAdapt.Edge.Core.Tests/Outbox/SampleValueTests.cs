using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class SampleValueTests : IDisposable
{
    private static readonly OutboxOptions Options = new() { MaximumBytes = OutboxOptions.SmallestMaximumBytes };
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DistanceTo_KnownPredictions_IsHellinger()
    {
        Prediction a = Prediction.Of([0.36f, 0.64f, 0]), b = Prediction.Of([0.64f, 0.36f, 0]), c = Prediction.Of([0, 0, 1]);
        Assert.Equal(0, a.DistanceTo(a), 1e-3);
        Assert.Equal(1, a.DistanceTo(c), 1e-6);

        // sqrt(1 - 2 sqrt(0.36 0.64)) = sqrt(1 - 0.96) = 0.2.
        Assert.Equal(0.2, a.DistanceTo(b), 1e-4);
        Assert.Equal(a.DistanceTo(b), b.DistanceTo(a));
    }

    [Fact]
    public void Of_ManyClasses_KeepsTheLargestAndCountsTheOthersAsOne()
    {
        float[] even = [.. Enumerable.Repeat(0.01f, 100)];
        float[] peaked = [.. Enumerable.Range(0, 100).Select(k => k == 70 ? 0.505f : 0.005f)];
        Prediction prediction = Prediction.Of(peaked);
        Assert.Equal(Prediction.MaximumClasses, prediction.Classes.Count);
        Assert.Contains(70, prediction.Classes);
        Assert.InRange(prediction.DistanceTo(Prediction.Of(even)), 0.3, 1);
        Assert.Equal(0, prediction.DistanceTo(Prediction.Of(peaked)), 1e-3);
    }

    [Theory]
    [InlineData(0.9, 0.1, 0, 0.1, 0.8, 0, true)] // information 0.9 + novelty 0.1 against 0.1 + 0.8
    [InlineData(0.9, 0.1, 0, 0.1, 1.0, 0, false)]
    [InlineData(0.5, 0.5, 0, 0.3, 0.3, 12, true)] // half a day at a half-life of a day: 0.5 / sqrt 2 = 0.354
    [InlineData(0.5, 0.5, 0, 0.4, 0.4, 12, false)]
    [InlineData(0.0, 0.0, 0, 0.0, 0.0, 1, false)] // nothing but age
    [InlineData(double.NaN, 0.5, 0, 0.0, 0.5, 1, false)]
    public void Score_TwoSamples_RankAsTheFormulaSays(double information, double novelty, double hour, double information2, double novelty2, double hour2, bool firstIsWorthMore)
    {
        var value = new SampleValueOptions();
        double a = new SampleWorth(information, novelty, (long)(hour * 3_600_000), null).Score(value);
        double b = new SampleWorth(information2, novelty2, (long)(hour2 * 3_600_000), null).Score(value);
        Assert.Equal(firstIsWorthMore, a > b);
    }

    [Fact]
    public void Add_FullOutbox_GivesUpTheLeastValuableAndNotTheOldest()
    {
        SampleOutbox outbox = Open();
        double[] ranks = [0.9, 0.2, 0.8, 0.1, 0.7, 0.6];
        for (int i = 0; i < ranks.Length; i++)
        {
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(i, 10_000), new SampleMerit(ranks[i], null)));
        }

        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(6, 10_000), new SampleMerit(0.5, null)));
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(7, 10_000), new SampleMerit(1, null)));
        Assert.Equal([7, 0, 2, 4, 5, 6], OutboxContents.Of(outbox));
        Assert.Equal(AddOutcome.LessValuable, outbox.Add(Samples.Create(8, 10_000), new SampleMerit(0.05, null)));
        Assert.Equal([7, 0, 2, 4, 5, 6], OutboxContents.Of(outbox));
        Assert.Equal(3, outbox.Counters.Drops.Full);
        Assert.Equal((8L, 3L), (outbox.Counters.Stored, outbox.Counters.Dropped));
        Assert.Equal([7, 0, 2, 4, 5, 6], OutboxContents.Of(Open()));
    }

    [Fact]
    public void Add_LargeSampleOfLittleValue_DoesNotDriveOutSmallBetterOnes()
    {
        SampleOutbox outbox = Open();
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(1, 20_000), new SampleMerit(0.9, null)));
        Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(2, 20_000), new SampleMerit(0.1, null)));
        Assert.Equal(AddOutcome.LessValuable, outbox.Add(Samples.Create(3, 50_000), new SampleMerit(0.5, null)));
        Assert.Equal([1, 2], OutboxContents.Of(outbox));
    }

    [Fact]
    public void Add_PredictionThatWaitsAlready_IsWorthLessThanADifferentOne()
    {
        SampleOutbox outbox = Open();
        Prediction cat = Prediction.Of([0.6f, 0.4f, 0, 0]), dog = Prediction.Of([0, 0, 0.5f, 0.5f]);
        outbox.Add(Samples.Create(1), new SampleMerit(0.5, cat));
        outbox.Add(Samples.Create(2), new SampleMerit(0.5, cat));
        outbox.Add(Samples.Create(3), new SampleMerit(0.5, dog));
        Assert.Equal([1, 3, 2], OutboxContents.Of(outbox));
        Assert.Equal([1, 3, 2], OutboxContents.Of(Open()));
    }

    [Fact]
    public void DropTooOld_MaximumAge_DropsAndCountsThemThoughTheClockIsSet()
    {
        SampleOutbox outbox = Open();
        outbox.Add(Samples.Create(1));
        _time.Advance(TimeSpan.FromDays(4));
        outbox.Add(Samples.Create(2));
        foreach (int years in new[] { 20, -40, 20 })
        {
            _time.Jump(TimeSpan.FromDays(365 * years));
            outbox.DropTooOld();
            Assert.Equal(2, outbox.Count);
        }

        _time.Advance(TimeSpan.FromDays(3.1));
        outbox.DropTooOld();
        Assert.Equal([2], OutboxContents.Of(outbox));
        Assert.Equal(1, outbox.Counters.Drops.TooOld);
    }

    [Theory]
    [InlineData(-365 * 30)]
    [InlineData(365 * 70)]
    public void Open_ClockWrongAfterARestart_LosesNothingAndKeepsTheOrder(int days)
    {
        SampleOutbox first = Open();
        first.Add(Samples.Create(1));
        _time.Advance(TimeSpan.FromHours(1));
        first.Add(Samples.Create(2));
        _time.Jump(TimeSpan.FromDays(days));
        SampleOutbox second = Open();
        Assert.Equal([2, 1], OutboxContents.Of(second));
        _time.Advance(TimeSpan.FromHours(1));
        second.Add(Samples.Create(3));
        _time.Jump(TimeSpan.FromDays(-days));
        Assert.Equal([3, 2, 1], OutboxContents.Of(Open()));
    }

    [Fact]
    public void Open_AgainAndAgainAfterAClockThatWasWrong_LosesNothing()
    {
        // A device without a clock of its own: it starts in 1970, and the network sets the clock later.
        TimeSpan wrong = TimeSpan.FromDays(365 * 55);
        _time.Jump(-wrong);
        SampleOutbox outbox = Open();
        outbox.Add(Samples.Create(1));
        _time.Jump(wrong);
        for (int start = 2; start <= 6; start++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            outbox = Open();
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(start)));
        }

        Assert.Equal([6, 5, 4, 3, 2, 1], OutboxContents.Of(outbox));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Open_EachTimeInThePastUntilTheNetworkSetsTheClock_LosesNothing(int minutes)
    {
        TimeSpan wrong = TimeSpan.FromDays(365 * 55);
        SampleOutbox outbox = Open();
        outbox.Add(Samples.Create(1));
        for (int start = 2; start <= 6; start++)
        {
            _time.Jump(-wrong);
            outbox = Open();
            for (int minute = 0; minute < minutes; minute++)
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                outbox.NoteClock();
            }

            _time.Jump(wrong);
            for (int minute = 0; minute < minutes; minute++)
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                outbox.NoteClock();
            }

            outbox = Open();
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(start)));
        }

        Assert.Equal([1, 2, 3, 4, 5, 6], OutboxContents.Of(outbox).Order());
        _time.Advance(TimeSpan.FromDays(6));
        outbox.DropTooOld();
        Assert.Equal(6, outbox.Count);
        _time.Advance(TimeSpan.FromDays(1.1));
        outbox.DropTooOld();
        Assert.Equal(0, outbox.Count);
    }

    [Fact]
    public void Open_EmptyWithAClockInThePast_CountsFromThere()
    {
        SampleOutbox outbox = Open();
        outbox.Add(Samples.Create(1));
        outbox.Acknowledge([Samples.Create(1).Id]);
        TimeSpan wrong = TimeSpan.FromDays(365 * 55);
        _time.Jump(-wrong);
        Open().Add(Samples.Create(2));
        _time.Jump(wrong);
        Assert.Equal([2], OutboxContents.Of(Open()));
    }

    [Fact]
    public void NoteClock_EachMinuteOfADay_WritesOnceAnHour()
    {
        SampleOutbox outbox = Open();
        HashSet<string> written = [];
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            written.Add(File.ReadAllText(_folder.File("clock.json")));
            outbox.NoteClock();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(24, written.Count);
    }

    [Fact]
    public void Open_LongAfter_DropsWhatIsTooOld()
    {
        Open().Add(Samples.Create(1));
        _time.Jump(TimeSpan.FromDays(20));
        SampleOutbox outbox = Open();
        Assert.Equal(1, outbox.Count);
        _time.Advance(TimeSpan.FromDays(3.6));
        outbox.DropTooOld();
        Assert.Equal((0, 1L), (outbox.Count, outbox.Counters.Drops.TooOld));
    }

    [Fact]
    public void LogDrops_ManySamples_IsOneLineWithCountsByReason()
    {
        SampleOutbox outbox = Open();
        for (int i = 0; i < 100; i++)
        {
            outbox.Add(Samples.Create(i, 10_000), new SampleMerit(0.5, null));
        }

        outbox.Add(Samples.Create(0, 10_000));
        outbox.CountBusy();
        int before = _logger.Lines.Count;
        outbox.LogDrops();
        outbox.LogDrops();
        string line = Assert.Single(_logger.Lines.Skip(before)).Text;
        Assert.Contains("94 outbox full", line, StringComparison.Ordinal);
        Assert.Contains("1 duplicate", line, StringComparison.Ordinal);
        Assert.Contains("1 disk too slow; 95 lost", line, StringComparison.Ordinal);
        Assert.Equal(1, before);
    }

    private SampleOutbox Open() => SampleOutbox.Open(_folder.Path, Options, _time, _logger);
}
