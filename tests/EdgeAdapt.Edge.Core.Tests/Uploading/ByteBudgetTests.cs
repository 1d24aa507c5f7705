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
            while (budget.WaitFor(size) == TimeSpan.Zero)
            {
                budget.Spend(size);
                sent.Add((second, size));
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (int start = 0; start <= 3 * 3600; start += 60)
        {
            Assert.InRange(sent.Where(s => s.Second >= start && s.Second < start + 3600).Sum(s => s.Bytes), share * 1e6, 1e6);
        }
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

            while (budget.WaitFor(2000) == TimeSpan.Zero)
            {
                budget.Spend(2000);
                sent.Add((second, 2000));
            }

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
        while (budget.WaitFor(1000) == TimeSpan.Zero)
        {
            budget.Spend(1000);
        }

        TimeSpan wait = budget.WaitFor(1000);
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(TimeSpan.Zero, budget.WaitFor(1000));
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(TimeSpan.Zero, budget.WaitFor(1000));
    }

    [Fact]
    public void WaitFor_NoLimit_IsNever() => Assert.Equal(TimeSpan.Zero, Open(new ByteBudgetOptions()).WaitFor(long.MaxValue / 4));

    [Fact]
    public void Refund_SampleThatDidNotGoOut_IsPaidBack()
    {
        ByteBudget budget = Open(Hourly);
        budget.Spend(10_000);
        Assert.NotEqual(TimeSpan.Zero, budget.WaitFor(10_000));
        budget.Refund(10_000);
        Assert.Equal((TimeSpan.Zero, 0L), (budget.WaitFor(10_000), budget.Spent));
    }

    [Fact]
    public void Spend_ProcessKilledAgainAndAgainWithAClockThatJumps_NeverExceedsTheMonth()
    {
        var month = new ByteBudgetOptions { BytesPerMonth = 10_000_000 };
        var random = new Random(5);
        long sent = 0;
        for (int life = 0; life < 200; life++)
        {
            // No Save at the end: each is killed. The clock is set back by years now and then.
            ByteBudget budget = Open(month, "budget.json");
            for (int i = random.Next(20); i > 0; i--)
            {
                if (budget.WaitFor(3000) == TimeSpan.Zero)
                {
                    budget.Spend(3000);
                    sent += 3000;
                }

                _time.Advance(TimeSpan.FromMinutes(10));
            }

            if (life % 10 == 0)
            {
                _time.Jump(TimeSpan.FromDays(random.Next(-3000, 0)));
            }
        }

        // 200 lives of some 100 minutes are 14 days: half a month's flow and the burst of the start are the most there can be.
        Assert.InRange(sent, 1_000_000, 10_000_000);
        Assert.Empty(_logger.Lines);
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

    private ByteBudget Open(ByteBudgetOptions options, string? file = null) => new(options, file is null ? null : _folder.File(file), _time, _logger);
}
