using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class FramePacerTests
{
    [Fact]
    public async Task WaitAsync_Rate_HandsOutFrameNAtNOverRate()
    {
        var time = new ManualTime();
        var pacer = new FramePacer(4, time);
        await pacer.WaitAsync(CancellationToken.None).Reasonable();
        for (int i = 0; i < 3; i++)
        {
            Task next = pacer.WaitAsync(CancellationToken.None);
            await time.TimerWithinAsync(TimeSpan.FromMilliseconds(250));
            time.Advance(TimeSpan.FromMilliseconds(249));
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await next.Reasonable();
        }
    }

    [Fact]
    public void WaitAsync_ReceiverLate_CatchesUpWithoutSkipping()
    {
        var time = new ManualTime();
        var pacer = new FramePacer(10, time);
        Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.False(pacer.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void WaitAsync_AfterALongSleep_DoesNotBurst()
    {
        var time = new ManualTime();
        var pacer = new FramePacer(10, time);
        Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.False(pacer.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void WaitAsync_RateZero_NeverWaits()
    {
        var pacer = new FramePacer(0, new ManualTime());
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1000.1)]
    [InlineData(double.PositiveInfinity)]
    public void Create_RateOutOfRange_Throws(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new FramePacer(rate, TimeProvider.System));
}
