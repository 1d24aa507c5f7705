using EdgeAdapt.Edge.Core.Rollout;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

public sealed class StatisticsPaceTests
{
    private static readonly TimeSpan Cost = TimeSpan.FromMilliseconds(100);
    private readonly ManualTime _time = new();
    private TimeSpan _busy;

    [Fact]
    public void IsDue_BeforeTheFirstRefresh_IsTrue() => Assert.True(Pace(0.02).IsDue(TimeSpan.Zero));

    [Theory]
    [InlineData(1.0, 0.02, 5000)]
    [InlineData(1.0, 0.1, 1000)]
    [InlineData(0.0, 0.02, 193)]
    [InlineData(0.5, 0.02, 371)]
    public void IsDue_AfterARefresh_ComesWhenItsCostIsAffordable(double busy, double load, int milliseconds)
    {
        StatisticsPace pace = Pace(load);
        pace.Begin();
        pace.End(Cost);
        int due = 0;
        while (!pace.IsDue(TimeSpan.Zero))
        {
            due++;
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _busy += TimeSpan.FromMilliseconds(busy);
        }

        // cost = load·t + ½·(1 − busy)·t
        Assert.Equal(milliseconds, due);
    }

    [Fact]
    public void IsDue_MoreBusyThanThereIsTime_NeedsTheLoadAlone()
    {
        StatisticsPace pace = Pace(0.5);
        pace.Begin();
        pace.End(Cost);
        _busy = TimeSpan.FromSeconds(9);
        _time.Advance(Cost);
        Assert.False(pace.IsDue(TimeSpan.Zero));
        _time.Advance(Cost);
        Assert.True(pace.IsDue(TimeSpan.Zero));
    }

    [Fact]
    public void IsDue_WhileARefreshRuns_IsFalse()
    {
        StatisticsPace pace = Pace(1);
        pace.Begin();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(pace.IsDue(TimeSpan.Zero));
    }

    [Fact]
    public void IsDue_Ahead_IsFalseOnlyWhereItCannotBeDueByThen()
    {
        StatisticsPace pace = Pace(0.02);
        pace.Begin();
        Assert.True(pace.IsDue(Cost));
        pace.End(Cost);

        // 100 ms of cost are ½·t + 0.02·t of a time without answers: 193 ms.
        Assert.False(pace.IsDue(TimeSpan.FromMilliseconds(192)));
        Assert.True(pace.IsDue(TimeSpan.FromMilliseconds(193)));
        (_busy, TimeSpan second) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _time.Advance(second);
        Assert.False(pace.IsDue(TimeSpan.FromMilliseconds(153)));
        Assert.True(pace.IsDue(TimeSpan.FromMilliseconds(154)));
    }

    private StatisticsPace Pace(double load) => new(load, () => _busy, _time);
}
