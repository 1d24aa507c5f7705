using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

/// <summary>When a file of a watched folder is taken, whatever the clock of whoever holds it says.</summary>
public sealed class WatchedFilesTests
{
    private const string Path = "/server/a.jpg";
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);
    private readonly ManualTime _time = new();
    private readonly WatchedFiles _files;
    private Func<FileStamp> _look;

    public WatchedFilesTests()
    {
        _look = () => new FileStamp(1, _time.GetUtcNow().UtcDateTime);
        _files = new WatchedFiles(Settling, _time, _ => _look());
    }

    [Fact]
    public void Take_LeftAloneAtTheStart_AtOnceAndNeverAgain()
    {
        See(1, -Settling);
        Assert.True(Look());
        Assert.False(_files.IsWaiting);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Look());
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(0)]
    [InlineData(3600)]
    public void Take_ComesLater_WhenItWasLeftAloneWhateverItsTimeSays(int serverAhead)
    {
        _files.Begin([]);
        for (int length = 1; length <= 3; length++)
        {
            // Still written: another length each time.
            See(length, TimeSpan.FromSeconds(serverAhead));
            Assert.Equal((false, true), (Look(), _files.IsWaiting));
            _time.Advance(Settling);
        }

        Assert.True(Look());
        Assert.False(_files.IsWaiting);
    }

    [Fact]
    public void Take_DeviceClockSetBack_DoesNotWaitForIt()
    {
        _files.Begin([]);
        See(1, TimeSpan.Zero);
        Assert.False(Look());
        _time.Jump(TimeSpan.FromDays(-1));
        _time.Advance(Settling);
        Assert.True(Look());
    }

    [Fact]
    public void Take_TornAtTheStart_AgainWhenItIsComplete()
    {
        // The server's clock is an hour behind.
        See(1, TimeSpan.FromHours(-1));
        Assert.True(Look());
        _time.Advance(TimeSpan.FromSeconds(1));
        See(2, TimeSpan.FromHours(-1));
        Assert.Equal((false, true), (Look(), _files.IsWaiting));
        _time.Advance(Settling);
        Assert.True(Look());
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void Take_FolderAway_LooksAgainLater(Type fault)
    {
        _look = () => throw (Exception)Activator.CreateInstance(fault)!;
        Assert.False(Look());
        See(1, TimeSpan.Zero);
        Assert.False(Look());
        _time.Advance(Settling);
        Assert.True(Look());

        // Read before, it is not read again when it is back.
        Func<FileStamp> there = _look;
        _look = () => throw (Exception)Activator.CreateInstance(fault)!;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Look());
        _look = there;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Look());
    }

    private void See(long length, TimeSpan written)
    {
        var stamp = new FileStamp(length, _time.GetUtcNow().UtcDateTime + written);
        _look = () => stamp;
    }

    private bool Look()
    {
        _files.Begin([Path]);
        return _files.Take(Path);
    }
}
