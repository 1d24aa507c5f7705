using EdgeAdapt.Edge.Core.Uploading;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Uploading;

/// <summary>What is said of the byte budget: spent and left of each limit.</summary>
public sealed class BudgetWindowTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Windows_SpendingAndTime_CountTheLastPeriodAlone()
    {
        var budget = new ByteBudget(new ByteBudgetOptions { BytesPerMinute = 10_000, BytesPerHour = 100_000 }, null, _time, NullLogger.Instance);
        Assert.Equal([0L, 0L], budget.Windows.Select(w => w.Spent));
        budget.Spend(1500);
        budget.Spend(500);
        budget.Refund(500);
        Assert.Equal([(10_000L, 1500L, 8500L), (100_000L, 1500L, 98_500L)], budget.Windows.Select(w => (w.Limit, w.Spent, w.Left)));
        _time.Advance(TimeSpan.FromSeconds(30));
        budget.Spend(1000);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([1000L, 2500L], budget.Windows.Select(w => w.Spent));
        _time.Advance(TimeSpan.FromHours(10));
        Assert.Equal([0L, 0L], budget.Windows.Select(w => w.Spent));
        Assert.All(budget.Windows, w => Assert.InRange(w.Available, 1, w.Limit));
    }

    [Fact]
    public void Windows_NoLimit_AreNone() => Assert.Empty(new ByteBudget(new ByteBudgetOptions(), null, _time, NullLogger.Instance).Windows);
}
