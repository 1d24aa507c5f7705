namespace EdgeAdapt.Messaging.Tests;

/// <summary>How often a publish may go unanswered before its connection counts as dead.</summary>
public sealed class BrokerSilenceTests
{
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Count_ManyThatWaitAtTheSameTime_AreOneWait()
    {
        var silence = new BrokerSilence(_time);
        for (int round = 1; round <= BrokerSilence.TooManyTimeouts; round++)
        {
            Assert.False(silence.TooLong.IsCompleted);
            long began = _time.GetTimestamp();
            _time.Advance(PublishTimeout);
            for (int i = 0; i < 32; i++)
            {
                silence.Count(began);
            }
        }

        Assert.True(silence.TooLong.IsCompleted);
    }

    [Fact]
    public void Break_BetweenTheTimeouts_BeginsAnew()
    {
        var silence = new BrokerSilence(_time);
        for (int round = 0; round < 10 * BrokerSilence.TooManyTimeouts; round++)
        {
            // The answer comes while the next one waits: what began before it tells nothing of the time after it.
            long began = _time.GetTimestamp();
            _time.Advance(PublishTimeout / 2);
            if (round % 2 == 0)
            {
                silence.Break();
            }

            _time.Advance(PublishTimeout / 2);
            silence.Count(began);
        }

        Assert.False(silence.TooLong.IsCompleted);
    }
}
