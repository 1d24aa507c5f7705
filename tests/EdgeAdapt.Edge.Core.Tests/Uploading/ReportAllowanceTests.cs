using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

public sealed class ReportAllowanceTests
{
    private static readonly ByteBudgetOptions Hourly = new() { BytesPerHour = 1_000_000 };
    private readonly ManualTime _time = new();
    private readonly ListLogger _logger = new();

    [Fact]
    public void WaitFor_NoLimit_IsZeroAndStillCounts()
    {
        ByteBudget budget = Open(new ByteBudgetOptions());
        ReportAllowance allowance = budget.Allow(1);
        Assert.Equal(TimeSpan.Zero, allowance.WaitFor(15_000_000));
        allowance.Spend(15_000_000);
        Assert.Equal((15_000_000, 0), (budget.Reported, budget.Spent));

        // What was sent before there was a limit is no debt under the new one.
        budget.Change(Hourly);
        Assert.InRange(allowance.WaitFor(3000)!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void WaitFor_GreedyReports_TakeTheirShareAndLeaveTheRestToSamples()
    {
        ByteBudget budget = Open(Hourly);
        ReportAllowance[] allowances = [budget.Allow(0.5), budget.Allow(0.5)];
        List<(int Second, long Bytes)> sent = [];
        for (int second = 0; second < 3 * 3600; second++)
        {
            foreach ((ReportAllowance allowance, int bytes) in allowances.Zip([9000, 400]))
            {
                if (allowance.WaitFor(bytes) == TimeSpan.Zero)
                {
                    allowance.Spend(bytes);
                    sent.Add((second, bytes));
                }
            }

            while (budget.WaitFor(2500) == TimeSpan.Zero)
            {
                budget.Spend(2500);
                sent.Add((second, 2500));
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(sent.Where(s => s.Bytes == 9000).Sum(s => s.Bytes), 0.09 * 3e6, 0.105 * 3e6);
        Assert.InRange(sent.Where(s => s.Bytes == 400).Sum(s => s.Bytes), 0.09 * 3e6, 0.105 * 3e6);
        for (int start = 0; start <= 2 * 3600; start += 60)
        {
            Assert.InRange(sent.Where(s => s.Second >= start && s.Second < start + 3600).Sum(s => s.Bytes), 0.96e6, 1e6);
        }
    }

    [Fact]
    public void WaitFor_NoReports_LeavesTheWholeFlowToSamples()
    {
        ByteBudget budget = Open(Hourly);
        budget.Allow(1);
        long spent = 0;
        for (int second = 0; second < 2 * 3600; second++)
        {
            while (budget.WaitFor(2500) == TimeSpan.Zero)
            {
                budget.Spend(2500);
                spent += second >= 3600 ? 2500 : 0;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(spent, 0.98e6, 1e6);
    }

    [Fact]
    public void WaitFor_ReportOfMoreThanHalfABudget_IsNever()
    {
        ReportAllowance allowance = Open(Hourly).Allow(1);
        Assert.Null(allowance.WaitFor(500_001));
        Assert.NotNull(allowance.WaitFor(500_000));
    }

    [Fact]
    public void Refund_ReportThatDidNotGoOut_CanBeSentAtOnce()
    {
        ByteBudget budget = Open(Hourly);
        ReportAllowance allowance = budget.Allow(1);
        allowance.Spend(2000);
        Assert.True(allowance.WaitFor(2000) > TimeSpan.Zero);
        allowance.Refund(2000);
        Assert.Equal((TimeSpan.Zero, 2000), (allowance.WaitFor(2000)!.Value, budget.Reported));
        allowance.Spend(2000);
        Assert.Equal(2000, budget.Reported);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.95)]
    public void Faults_ReportShareOutOfRange_NameTheSetting(double share) =>
        Assert.Contains("--upload-reports", Assert.Single((Hourly with { ReportShare = share }).Faults()), StringComparison.Ordinal);

    private ByteBudget Open(ByteBudgetOptions options) => new(options, null, _time, _logger);
}
