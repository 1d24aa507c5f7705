using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class FolderFrameSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_Once_GivesPicturesInTheOrderOfTheirNames()
    {
        Write("b.png", "a.jpg", "c.JPEG", "notes.txt");
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(["a.jpg", "b.png", "c.JPEG"], frames.Select(f => f.Name));
        Assert.Equal("a.jpg"u8.ToArray(), frames[0].Bytes.ToArray());
        Assert.All(frames, f => Assert.False(f.IsPixels));
    }

    [Fact]
    public async Task ReadAsync_Loop_BeginsAgain()
    {
        Write("a.jpg", "b.jpg");
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Loop, TimeSpan.Zero, TimeProvider.System);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).Take(5).ToListAsync();
        Assert.Equal(["a.jpg", "b.jpg", "a.jpg", "b.jpg", "a.jpg"], frames.Select(f => f.Name));
    }

    [Fact]
    public async Task ReadAsync_Watch_GoesOnWithFilesThatComeLater()
    {
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Watch, TimeSpan.Zero, TimeProvider.System);
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
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Watch, TimeSpan.FromMilliseconds(300), time);
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = frames.MoveNextAsync();
        await time.TimerWithinAsync(TimeSpan.FromMilliseconds(300));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.True(await next.Reasonable());
    }

    [Fact]
    public async Task ReadAsync_UnreadableFile_IsAFrameWithAFault()
    {
        Write("a.jpg", "c.jpg");
        File.CreateSymbolicLink(_folder.File("b.jpg"), _folder.File("gone.jpg"));
        using var source = new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal([false, true, false], frames.Select(f => f.Fault is not null));
    }

    [Fact]
    public void Create_NoPicture_SaysWhatToDo()
    {
        var fault = Assert.Throws<FrameSourceException>(() => new FolderFrameSource(_folder.Path, FolderReading.Once, TimeSpan.Zero, TimeProvider.System));
        Assert.Contains("--watch", fault.Message, StringComparison.Ordinal);
        Assert.Throws<FrameSourceException>(() => new FolderFrameSource(_folder.File("gone"), FolderReading.Once, TimeSpan.Zero, TimeProvider.System));
    }

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
