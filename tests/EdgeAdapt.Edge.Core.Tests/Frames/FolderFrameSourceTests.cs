using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class FolderFrameSourceTests : IDisposable
{
    private const int Limit = 1000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_Once_GivesPicturesInTheOrderOfTheirNames()
    {
        Write("b.png", "a.jpg", "c.JPEG", "notes.txt");
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System, Limit);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(["a.jpg", "b.png", "c.JPEG"], frames.Select(f => f.Name));
        Assert.Equal("a.jpg"u8.ToArray(), frames[0].Bytes.ToArray());
        Assert.All(frames, f => Assert.False(f.IsPixels));
    }

    [Fact]
    public async Task ReadAsync_Loop_BeginsAgain()
    {
        Write("a.jpg", "b.jpg");
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Loop, TimeSpan.Zero, TimeProvider.System, Limit);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).Take(5).ToListAsync();
        Assert.Equal(["a.jpg", "b.jpg", "a.jpg", "b.jpg", "a.jpg"], frames.Select(f => f.Name));
    }

    [Fact]
    public async Task ReadAsync_Watch_GoesOnWithFilesThatComeLater()
    {
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Watch, TimeSpan.Zero, TimeProvider.System, Limit);
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = frames.MoveNextAsync();
        Assert.False(first.IsCompleted);
        Write("late.jpg");
        Assert.True(await first.Reasonable());
        Assert.Equal("late.jpg", frames.Current.Name);
        ValueTask<bool> second = frames.MoveNextAsync();
        Write("later.jpg");
        Assert.True(await second.Reasonable());
        Assert.Equal("later.jpg", frames.Current.Name);
    }

    [Fact]
    public async Task ReadAsync_WatchFileStillWritten_WaitsUntilItIsLeftAlone()
    {
        var time = new ManualTime();
        Write("a.jpg");
        File.SetLastWriteTimeUtc(_folder.File("a.jpg"), time.GetUtcNow().UtcDateTime);
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Watch, TimeSpan.FromMilliseconds(300), time, Limit);
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = frames.MoveNextAsync();
        await time.TimerWithinAsync(TimeSpan.FromMilliseconds(300));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.True(await next.Reasonable());
    }

    [Fact]
    public async Task ReadAsync_WatchFileWrittenAnew_ReadsItAgain()
    {
        var time = new ManualTime();
        Write("snapshot.jpg");
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Watch, TimeSpan.Zero, time, Limit);
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().Reasonable());
        Task<bool> next = frames.MoveNextAsync().AsTask();
        await time.TimerWithinAsync(TimeSpan.FromSeconds(1));

        // Of the same length; only the time tells.
        File.WriteAllText(_folder.File("snapshot.jpg"), "SNAPSHOT.JPG");
        File.SetLastWriteTimeUtc(_folder.File("snapshot.jpg"), new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await AdvanceUntilAsync(time, next);
        Assert.Equal("SNAPSHOT.JPG"u8.ToArray(), frames.Current.Bytes.ToArray());
    }

    [Fact]
    public async Task ReadAsync_WatchFolderAwayForAWhile_AnswersNoFileTwice()
    {
        var time = new ManualTime();
        string folder = _folder.File("pictures"), away = _folder.File("away");
        Directory.CreateDirectory(folder);
        foreach (string name in new[] { "a.jpg", "b.jpg" })
        {
            File.WriteAllText(Path.Combine(folder, name), name);
        }

        using var source = new FolderFrameSource(folder, FolderReading.Watch, TimeSpan.Zero, time, Limit);
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().Reasonable());
        Assert.True(await frames.MoveNextAsync().Reasonable());
        Task<bool> next = frames.MoveNextAsync().AsTask();
        Directory.Move(folder, away);

        // Each look that is over has set the timer of the next one.
        for (int i = 0; i < 3; i++)
        {
            await time.TimerWithinAsync(TimeSpan.FromSeconds(1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Directory.Move(away, folder);
        File.WriteAllText(Path.Combine(folder, "c.jpg"), "c.jpg");
        await AdvanceUntilAsync(time, next);
        Assert.Equal("c.jpg", frames.Current.Name);
    }

    [Theory]
    [InlineData(Limit, false)]
    [InlineData(Limit + 1, true)]
    public async Task ReadAsync_FileAboveTheLimit_IsAFrameWithAFault(int length, bool fails)
    {
        File.WriteAllBytes(_folder.File("a.jpg"), new byte[length]);
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System, Limit);
        Frame frame = Assert.Single(await source.ReadAsync(CancellationToken.None).ToListAsync());
        Assert.Equal(fails ? 0 : length, frame.Bytes.Length);
        Assert.Equal(fails, frame.Fault?.Contains("--frame-megabytes", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task ReadAsync_UnreadableFile_IsAFrameWithAFault()
    {
        Write("a.jpg", "c.jpg");
        File.CreateSymbolicLink(_folder.File("b.jpg"), _folder.File("gone.jpg"));
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System, Limit);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal([false, true, false], frames.Select(f => f.Fault is not null));
    }

    [Fact]
    public void Create_NoPicture_SaysWhatToDo()
    {
        var fault = Assert.Throws<FrameSourceException>(() => new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System, Limit));
        Assert.Contains("--watch", fault.Message, StringComparison.Ordinal);
        Assert.Throws<FrameSourceException>(() => new FolderFrameSource(_folder.File("gone"), FolderReading.Once, TimeSpan.Zero, TimeProvider.System, Limit));
    }

    private static Task AdvanceUntilAsync(ManualTime time, Task next) => Within.UntilAsync(() =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return next.IsCompleted;
    });

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            // Complete when it appears, as a camera that writes elsewhere and renames.
            string hidden = _folder.File("." + name + ".part");
            File.WriteAllText(hidden, name);
            File.Move(hidden, _folder.File(name));
        }
    }
}
