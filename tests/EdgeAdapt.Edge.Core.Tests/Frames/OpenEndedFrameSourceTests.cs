using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class OpenEndedFrameSourceTests
{
    [Fact]
    public async Task ReadAsync_InnerExhausted_StaysUntilCancelled()
    {
        using var folder = new TemporaryFolder();
        byte[] frames = Datasets.NpyFile.ToBytes(Datasets.NpyArray.Of(TinyImages.Render(1, 2).Frames, 2, TinyImages.Size, TinyImages.Size, 3));
        using var source = new OpenEndedFrameSource(new NpyFrameSource(folder.Write("frames.npy", frames), loop: false), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        IAsyncEnumerator<Frame> reader = source.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await reader.MoveNextAsync());
        Assert.True(await reader.MoveNextAsync());
        Task<bool> third = reader.MoveNextAsync().AsTask();
        Assert.False(third.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third.Reasonable());
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task ReadAsync_NoInner_GivesNothing()
    {
        using var source = new OpenEndedFrameSource(null, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        Task<bool> first = source.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token).MoveNextAsync().AsTask();
        Assert.False(first.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Reasonable());
        Assert.Contains("requests", source.Description, StringComparison.Ordinal);
    }
}
