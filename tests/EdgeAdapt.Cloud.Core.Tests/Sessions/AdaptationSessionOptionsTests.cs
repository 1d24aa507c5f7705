using EdgeAdapt.Cloud.Core.Sessions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class AdaptationSessionOptionsTests
{
    [Fact]
    public void Faults_Defaults_HaveNone() => Assert.Empty(new AdaptationSessionOptions().Faults(32));

    [Fact]
    public void Faults_AtAndBelowEachLimit_NamesThemAll()
    {
        var least = new AdaptationSessionOptions
        {
            QueueCapacity = 32,
            RememberedIds = 0,
            HistoryLength = 1,
            RecentSteps = 1,
            StatisticsMaximumAge = TimeSpan.FromTicks(1),
            MaximumSessions = 1,
            CacheBytes = 0,
        };
        Assert.Empty(least.Faults(32));
        var below = new AdaptationSessionOptions
        {
            QueueCapacity = 31,
            RememberedIds = -1,
            HistoryLength = 0,
            RecentSteps = 0,
            StatisticsMaximumAge = TimeSpan.Zero,
            MaximumSessions = 0,
            CacheBytes = -1,
        };
        Assert.Equal(7, below.Faults(32).Count());
        Assert.Empty((least with { RememberedIds = 1 << 24 }).Faults(32));
        Assert.Single((least with { RememberedIds = (1 << 24) + 1 }).Faults(32));
    }
}
