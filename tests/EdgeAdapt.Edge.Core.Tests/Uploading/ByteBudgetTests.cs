using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

public sealed class ByteBudgetTests : IDisposable
{
    private static readonly ByteBudgetOptions Hourly = new() { BytesPerHour = 1_000_000 };
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2_000, 0.98)]
    [InlineData(30_000, 0.93)] // The bucket must hold one, so that 3 % of the budget are room and not flow.
    public void Spend_GreedySender_ExceedsNoHourAndUsesNearlyAll(int size, double share)
    {
        ByteBudget budget = Open(Hourly);
        List<(long Second, long Bytes)> sent = [];
        for (int second = 0; second < 4 * 3600; second++)
        {
            sent.Add((second, Drain(budget, size)));

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (int start = 0; start <= 3 * 3600; start += 60)
        {
            Assert.InRange(sent.Where(s => s.Second >= start && s.Second < start + 3600).Sum(s => s.Bytes), share * 1e6, 1e6);
        }
    }

    [Fact]
    public void Release_AfterAQuietTime_PaysForHalfOfTheReserveAtOnce()
    {
        ByteBudget budget = Open(Hourly with { BurstShare = 0.2 });
        Drain(budget, 2000);

        // Three quarters of the bucket of 200 kB, less the largest sample, are left.
        Assert.InRange(Assert.Single(budget.Windows).Available, 148_000, 150_000);
        Assert.Equal(74_000, budget.Release());
        Assert.InRange(Drain(budget, 2000), 72_000, 76_000);
        Assert.Equal(37_000, budget.Release());
        Assert.Equal(0, Open(new ByteBudgetOptions()).Release());
    }

    [Fact]
    public void Release_AtAnyTimeUnderAGreedySender_ExceedsNoHourAndFillsTheReserveAgain()
    {
        ByteBudget budget = Open(Hourly with { BurstShare = 0.2 });
        var random = new Random(7);
        var sent = new long[6 * 3600];
        List<long> released = [];
        for (int second = 0; second < sent.Length; second++)
        {
            if (random.Next(1800) == 0)
            {
                released.Add(budget.Release());
            }

            sent[second] = Drain(budget, 2000);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(released.Count, 5, 30);
        Assert.InRange(released.Max(), 60_000, 74_000);
        for (int start = 0; start <= sent.Length - 3600; start += 60)
        {
            Assert.InRange(sent[start..(start + 3600)].Sum(), 600_000, 1_000_000);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void WaitFor_ReserveThatFillsMeanwhile_IsTrue(int secondsAfterTheChange)
    {
        ByteBudget budget = Open(Hourly with { BurstShare = 0.2 });
        Drain(budget, 2000);
        budget.Release();
        for (int second = 0; second <= secondsAfterTheChange; second++)
        {
            Drain(budget, 2000);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Drain(budget, 2000);
        AssertWaitIsTrue(budget, 2000);
    }

    [Fact]
    public void Open_AfterARestart_HoldsTheTokensBackAsAReserve()
    {
        ByteBudgetOptions options = Hourly with { BurstShare = 0.2 };
        ByteBudget first = Open(options, "budget.json");
        Drain(first, 2000);
        first.Save();
        ByteBudget second = Open(options, "budget.json");
        Assert.Equal(0, Drain(second, 2000));
        Assert.InRange(second.Release(), 73_000, 75_000);
    }

    [Fact]
    public void Change_ToAndFroUnderAGreedySender_PaysForNoMoreThanTheBudget()
    {
        ByteBudget budget = Open(Hourly);
        List<(long Second, long Bytes)> sent = [];
        for (int second = 0; second < 3 * 3600; second++)
        {
            if (second % 60 == 0)
            {
                budget.Change(second % 120 == 0 ? Hourly : Hourly with { BytesPerHour = 900_000 });
            }

            sent.Add((second, Drain(budget, 2000)));

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (int start = 0; start <= 2 * 3600; start += 60)
        {
            Assert.InRange(sent.Where(s => s.Second >= start && s.Second < start + 3600).Sum(s => s.Bytes), 0.9 * 900_000, 1e6);
        }
    }

    [Fact]
    public void Change_ALimitWhereThereWasNone_HoldsFromThenOn()
    {
        ByteBudget budget = Open(new ByteBudgetOptions());
        Assert.Equal(TimeSpan.Zero, budget.WaitFor(10_000_000));
        Assert.Empty(budget.Windows);
        budget.Change(Hourly);
        Assert.Equal(10_000, Assert.Single(budget.Windows).Available);
        Assert.False(budget.IsSendable(10_000_000));
        budget.Change(new ByteBudgetOptions());
        Assert.True(budget.IsSendable(10_000_000));
    }

    [Fact]
    public void WaitFor_SeveralLimits_IsTheLongestAndTrue()
    {
        ByteBudget budget = Open(new ByteBudgetOptions { BytesPerMinute = 100_000, BytesPerDay = 10_000_000, BytesPerMonth = 50_000_000 });
        Drain(budget, 1000);
        AssertWaitIsTrue(budget, 1000);
    }

    [Fact]
    public void WaitFor_NoLimit_IsNever() => Assert.Equal(TimeSpan.Zero, Open(new ByteBudgetOptions()).WaitFor(long.MaxValue / 4));

    [Fact]
    public void Refund_SampleThatDidNotGoOut_IsPaidBackAndTheCountNeverFalls()
    {
        ByteBudget budget = Open(Hourly);
        budget.Spend(10_000);
        Assert.NotEqual(TimeSpan.Zero, budget.WaitFor(10_000));
        budget.Refund(10_000);
        Assert.Equal((TimeSpan.Zero, 10_000L), (budget.WaitFor(10_000), budget.Spent));
        budget.Spend(4_000);
        Assert.Equal(10_000, budget.Spent);
        budget.Spend(6_000);
        budget.Spend(1_000);
        Assert.Equal(11_000, budget.Spent);
    }

    [Fact]
    public void Spend_ProcessKilledAgainAndAgainWithAClockThatJumps_NeverExceedsTheMonth()
    {
        var month = new ByteBudgetOptions { BytesPerMonth = 10_000_000 };
        var random = new Random(5);
        long sent = 0, start = _time.GetTimestamp();
        for (int life = 0; life < 200; life++)
        {
            // No Save at the end: each is killed. The clock is set back by years now and then.
            ByteBudget budget = Open(month, "budget.json");
            for (int i = random.Next(20); i > 0; i--)
            {
                sent += Drain(budget, 3000);
                _time.Advance(TimeSpan.FromMinutes(10));
            }

            if (life % 10 == 0)
            {
                _time.Jump(TimeSpan.FromDays(random.Next(-3000, 0)));
            }
        }

        // 200 lives of some 100 minutes are 14 days: their flow and the burst of the start are the most there can be. Lives that began with a burst each would send twice that.
        double flow = 9_900_000 * (_time.GetElapsedTime(start) / TimeSpan.FromDays(31));
        Assert.InRange(flow, 3_500_000, 5_000_000);
        Assert.InRange(sent, 0.5 * flow, flow + 100_000);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Spend_GreedySender_ExceedsNoTimeOf31DaysWhichNoMonthIsLongerThan()
    {
        ByteBudget budget = Open(new ByteBudgetOptions { BytesPerMonth = 10_000_000 });
        var sent = new long[4 * 31 * 24];
        for (int hour = 0; hour < sent.Length; hour++)
        {
            sent[hour] = Drain(budget, 3000);
            _time.Advance(TimeSpan.FromHours(1));
        }

        for (int start = 0; start <= 3 * 31 * 24; start += 24)
        {
            Assert.InRange(sent[start..(start + (31 * 24))].Sum(), 9_800_000, 10_000_000);
        }
    }

    [Fact]
    public void Spend_DiskTakesNothing_PaysAllTheSameAndSaysItOnce()
    {
        Directory.CreateDirectory(_folder.File("budget.json"));
        ByteBudget budget = Open(Hourly, "budget.json");
        Assert.InRange(Drain(budget, 1000), 2000, 10_000);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.InRange(Drain(budget, 1000), 2000, 10_000);
        Assert.Contains("cannot be saved", Assert.Single(_logger.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spend_DiskHangs_NobodyElseWaits()
    {
        using var disk = new FailingDisk();
        var budget = new ByteBudget(Hourly with { BurstShare = 0.2 }, _folder.File("budget.json"), _time, _logger, disk);
        disk.Working.Reset();
        Task spend = Task.Run(() => budget.Spend(1000));
        await Within.UntilAsync(() => disk.Waiting == 1);
        await Task.Run(() =>
        {
            Assert.NotEqual(0, budget.Release());
            Assert.Single(budget.Windows);
            budget.Change(Hourly);
        }).Reasonable();
        Assert.Equal((false, 0L, 1), (spend.IsCompleted, budget.Spent, disk.Waiting));
        disk.Working.Set();
        await spend.Reasonable();
        Assert.Equal(1000, budget.Spent);
    }

    [Fact]
    public void Open_ClockACenturyAhead_GainsOneBurstAtMost()
    {
        ByteBudget first = Open(Hourly, "budget.json");
        first.Spend(10_000);
        first.Save();
        _time.Jump(TimeSpan.FromDays(36500));
        ByteBudget second = Open(Hourly, "budget.json");
        Assert.Equal(TimeSpan.Zero, second.WaitFor(10_000));
        second.Spend(10_000);
        Assert.InRange(second.WaitFor(10_000), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void Open_ClockBehind_WaitsForTheTokensThatWereMissing()
    {
        ByteBudget first = Open(Hourly, "budget.json");
        first.Spend(10_000);
        first.Save();
        TimeSpan wait = first.WaitFor(10_000);
        _time.Jump(TimeSpan.FromDays(-36500));
        Assert.Equal(wait.TotalSeconds, Open(Hourly, "budget.json").WaitFor(10_000).TotalSeconds, 0.01);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"Time\":\"2025-01-01T00:00:00+00:00\",\"Buckets\":[null]}")]
    public void Open_DamagedFile_BeginsEmpty(string content)
    {
        File.WriteAllText(_folder.File("budget.json"), content);
        Assert.NotEqual(TimeSpan.Zero, Open(Hourly, "budget.json").WaitFor(1000));
        Assert.Single(_logger.Lines);
    }

    private void AssertWaitIsTrue(ByteBudget budget, int size)
    {
        _time.Advance(budget.WaitFor(size) - TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(TimeSpan.Zero, budget.WaitFor(size));
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(TimeSpan.Zero, budget.WaitFor(size));
    }

    /// <summary>Sends as much as is paid for now.</summary>
    private static long Drain(ByteBudget budget, int size)
    {
        long bytes = 0;
        for (; budget.WaitFor(size) == TimeSpan.Zero; bytes += size)
        {
            budget.Spend(size);
        }

        return bytes;
    }

    private ByteBudget Open(ByteBudgetOptions options, string? file = null) => new(options, file is null ? null : _folder.File(file), _time, _logger);
}
