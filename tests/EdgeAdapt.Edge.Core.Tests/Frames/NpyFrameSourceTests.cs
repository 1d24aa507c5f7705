using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class NpyFrameSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_Pixels_GivesEachFrameOnce()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 4 * 5 * 3).Select(i => (byte)i)];
        using var source = new NpyFrameSource(Write(NpyArray.Of(pixels, 3, 4, 5, 3)), loop: false);
        List<Frame> frames = await source.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(pixels, frames.SelectMany(f => f.Bytes.ToArray()));
        Assert.All(frames, f => Assert.Equal((4, 5), (f.Height, f.Width)));
        Assert.Equal("frames.npy[2]", frames[2].Name);
    }

    [Fact]
    public async Task ReadAsync_Loop_BeginsAgain()
    {
        using var source = new NpyFrameSource(Write(NpyArray.Of(new byte[2 * 3], 2, 1, 1, 3)), loop: true);
        Assert.Equal(5, await source.ReadAsync(CancellationToken.None).Take(5).CountAsync());
    }

    public static TheoryData<string, NpyArray> Unfit => new()
    {
        { "grey pictures", NpyArray.Of(new byte[16], 1, 4, 4, 1) },
        { "floats", NpyArray.Of(new float[48], 1, 3, 4, 4) },
        { "labels", NpyArray.Of(new long[5], 5) },
        { "one picture without a batch", NpyArray.Of(new byte[48], 4, 4, 3) },
        { "nothing", NpyArray.Of(Array.Empty<byte>(), 0, 4, 4, 3) },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Create_OtherContent_SaysWhatIsNeeded(string what, NpyArray array)
    {
        string path = Write(array);
        var fault = Assert.Throws<FrameSourceException>(() => new NpyFrameSource(path, loop: false));
        Assert.True(fault.Message.Contains("uint8 [N, H, W", StringComparison.Ordinal), $"{what}: {fault.Message}");
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NotNpy_SaysSo()
    {
        string path = _folder.Write("frames.npy", "not numpy at all"u8);
        Assert.Contains(path, Assert.Throws<FrameSourceException>(() => new NpyFrameSource(path, loop: false)).Message, StringComparison.Ordinal);
        Assert.Throws<FrameSourceException>(() => new NpyFrameSource(_folder.File("gone.npy"), loop: false));
    }

    private string Write(NpyArray array) => _folder.Write("frames.npy", NpyFile.ToBytes(array));
}
