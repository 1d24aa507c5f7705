using System.IO.Pipes;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Imaging;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

/// <summary>Frames out of a stream of bytes, as standard input is one.</summary>
public sealed class StreamFrameSourceTests : IDisposable
{
    private readonly ImageEncoder _encoder = new();
    private int _skipped;

    public void Dispose() => _encoder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task ReadAsync_PicturesInPieces_GivesEachAsItIs(int piece)
    {
        byte[][] pictures = [Jpeg(1), Png(2), Jpeg(3), Jpeg(4), Png(5)];
        IReadOnlyList<Frame> frames = await ReadAsync(new PiecewiseStream([.. pictures.SelectMany(p => p)], piece));
        Assert.Equal(pictures, frames.Select(f => f.Bytes.ToArray()));
        Assert.Equal(["stdin[0]", "stdin[1]", "stdin[2]", "stdin[3]", "stdin[4]"], frames.Select(f => f.Name));
        Assert.All(frames, f => Assert.Null(f.Fault));
    }

    [Fact]
    public async Task ReadAsync_PartsOfAnHttpStream_AreSkippedBetweenThePictures()
    {
        byte[] boundary = "\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"u8.ToArray();
        IReadOnlyList<Frame> frames = await ReadAsync([.. boundary, .. Jpeg(1), .. boundary, .. Jpeg(2), .. "\r\n--frame--\r\n"u8]);
        Assert.Equal([Jpeg(1), Jpeg(2)], frames.Select(f => f.Bytes.ToArray()));
    }

    [Fact]
    public async Task ReadAsync_PictureCutOffInBetween_IsAFaultAndTheNextIsWhole()
    {
        IReadOnlyList<Frame> frames = await ReadAsync([.. Jpeg(1), .. Jpeg(2)[..^30], .. Jpeg(3), .. Jpeg(4)]);
        Assert.Equal(4, frames.Count);
        Assert.Contains("damaged or cut off", frames[1].Fault, StringComparison.Ordinal);
        Assert.Equal([Jpeg(1), Jpeg(3), Jpeg(4)], frames.Where(f => f.Fault is null).Select(f => f.Bytes.ToArray()));
    }

    [Fact]
    public async Task ReadAsync_EndInAPicture_IsAFault()
    {
        IReadOnlyList<Frame> frames = await ReadAsync([.. Jpeg(1), .. Jpeg(2)[..^1]]);
        Assert.Equal(2, frames.Count);
        Assert.Contains("ended in the middle", frames[1].Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ReadAsync_PictureAtTheLimitAndAbove_IsTakenOrAFaultAndReadingGoesOn(int above)
    {
        byte[] large = Jpeg(2, side: 64);
        var options = new FrameInputOptions { MaximumFrameBytes = large.Length - above };
        IReadOnlyList<Frame> frames = await ReadAsync([.. Jpeg(1), .. large, .. Jpeg(3)], options);
        Assert.Equal(above == 0 ? [Jpeg(1), large, Jpeg(3)] : [Jpeg(1), Jpeg(3)], frames.Where(f => f.Fault is null).Select(f => f.Bytes.ToArray()));
        Assert.Equal(above, frames.Count(f => f.Fault?.Contains("--frame-megabytes", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task ReadAsync_PictureWithoutEnd_TakesNoMoreMemoryThanTheLimit()
    {
        const int limit = 1 << 20;
        var endless = new EndlessJpeg(Jpeg(1), 32L << 20, Jpeg(2));
        await using var ended = endless;
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<Frame> frames = [.. new EncodedStreamFrames(endless, "stdin", limit).Read()];
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6L * limit);
        Assert.Single(frames, f => f.Fault?.Contains("more than", StringComparison.Ordinal) == true);
        Assert.Equal(Jpeg(2), frames[^1].Bytes.ToArray());
    }

    [Fact]
    public async Task ReadAsync_NoPictureAtAll_SaysWhatToPipe()
    {
        Frame frame = Assert.Single(await ReadAsync(new byte[5000]));
        Assert.Contains("--stdin-frames", frame.Fault, StringComparison.Ordinal);
        Assert.Empty(await ReadAsync([]));
    }

    [Fact]
    public async Task ReadAsync_RawFrames_GivesPixelsAndAFaultForThePartAtTheEnd()
    {
        byte[] pixels = TinyImages.Render(4, 3).Frames;
        var options = new FrameInputOptions { StreamSize = new FrameSize(TinyImages.Size, TinyImages.Size) };
        IReadOnlyList<Frame> frames = await ReadAsync(new PiecewiseStream([.. pixels, 1, 2], 100), options);
        Assert.Equal(4, frames.Count);
        Assert.All(frames.Take(3), f => Assert.Equal((TinyImages.Size, TinyImages.Size, true), (f.Height, f.Width, f.IsPixels)));
        Assert.Equal(pixels, frames.Take(3).SelectMany(f => f.Bytes.ToArray()));
        Assert.Contains("--stdin-frames", frames[3].Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_SlowDevice_HoldsTheWriterUpAndLosesNothing()
    {
        byte[] pixels = TinyImages.Render(4, 8).Frames;
        var options = new FrameInputOptions { StreamSize = new FrameSize(TinyImages.Size, TinyImages.Size) };
        var stream = new PiecewiseStream(pixels, TinyImages.FrameBytes);
        using var source = new StreamFrameSource(stream, "stdin", options, () => _skipped++);
        List<Frame> frames = [];
        await foreach (Frame frame in source.ReadAsync(CancellationToken.None))
        {
            // One is here, one waits in the channel, one in the reader's hand, and one may be on its way.
            Assert.InRange(stream.Taken, 0, (frames.Count + 4) * (long)TinyImages.FrameBytes);
            frames.Add(frame);
        }

        Assert.Equal((8, 0), (frames.Count, _skipped));
    }

    [Fact]
    public async Task ReadAsync_SlowDeviceLive_TakesTheNewestAndCountsTheOthers()
    {
        const int count = 50;
        byte[] pixels = TinyImages.Render(4, count).Frames;
        var options = new FrameInputOptions { StreamSize = new FrameSize(TinyImages.Size, TinyImages.Size), Live = true };
        var stream = new PiecewiseStream(pixels, TinyImages.FrameBytes);
        using var source = new StreamFrameSource(stream, "stdin", options, () => Interlocked.Increment(ref _skipped));
        List<Frame> frames = [];
        await foreach (Frame frame in source.ReadAsync(CancellationToken.None))
        {
            frames.Add(frame);
            await Within.UntilAsync(() => stream.Taken == pixels.Length);
            await Within.UntilAsync(() => Volatile.Read(ref _skipped) + frames.Count >= count - 1);
        }

        Assert.Equal("stdin[49]", frames[^1].Name);
        Assert.Equal(count, _skipped + frames.Count);
        Assert.InRange(frames.Count, 1, 3);
    }

    [Fact]
    public async Task ReadAsync_CancelledWhileThePipeIsSilent_EndsAtOnce()
    {
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        using var source = new StreamFrameSource(reader, "stdin", new FrameInputOptions(), () => { });
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<Frame> frames = source.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> next = frames.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next.Reasonable());

        // The thread that reads disposes the stream when the pipe ends; closing it under a read waits for that read.
        await writer.DisposeAsync();
    }

    [Fact]
    public void Read_DamagedStreams_EndAndGiveNoFrameAboveTheLimit()
    {
        const int limit = 4000;
        int good = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] stream = [.. Enumerable.Range(0, 6).SelectMany(i => ByteMutations.Mutate(random, i % 2 == 0 ? Jpeg(i) : Png(i)))];
            List<Frame> frames = [.. new EncodedStreamFrames(new PiecewiseStream(stream, random.Next(1, 5000)), "stdin", limit).Read()];
            Assert.All(frames, f => Assert.True(f.Fault is not null ^ f.Bytes.Length is > 0 and <= limit));
            good += frames.Count(f => f.Fault is null);
        }

        Assert.InRange(good, 300, 1800);
    }

    private byte[] Jpeg(int seed, int side = 16) => _encoder.EncodeJpeg(Noise(seed, side), side, side);

    private byte[] Png(int seed) => _encoder.EncodePng(Noise(seed, 16), 16, 16);

    private static byte[] Noise(int seed, int side) => ByteMutations.Noise(new Random(seed), 3 * side * side);

    private Task<IReadOnlyList<Frame>> ReadAsync(byte[] bytes, FrameInputOptions? options = null) => ReadAsync(new MemoryStream(bytes), options);

    private async Task<IReadOnlyList<Frame>> ReadAsync(Stream stream, FrameInputOptions? options = null)
    {
        using var source = new StreamFrameSource(stream, "stdin", options ?? new FrameInputOptions(), () => _skipped++);
        List<Frame> frames = [];
        await foreach (Frame frame in source.ReadAsync(CancellationToken.None))
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>Gives at most so many bytes at once, as a pipe does.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        private long _taken;

        /// <summary>Bytes read so far, also after the end.</summary>
        public long Taken => Interlocked.Read(ref _taken);

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);

        public override int Read(byte[] buffer, int offset, int count) => Take(base.Read(buffer, offset, Math.Min(count, piece)));

        private int Take(int read)
        {
            Interlocked.Add(ref _taken, read);
            return read;
        }
    }

    /// <summary>A JPEG whose compressed data goes on and on, and another one behind it.</summary>
    private sealed class EndlessJpeg(byte[] jpeg, long length, byte[] next) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            byte[] head = jpeg[..^2];
            int read = 0;
            for (; read < count && _position < head.Length + length + next.Length; read++, _position++)
            {
                buffer[offset + read] = _position < head.Length ? head[_position] : _position < head.Length + length ? (byte)1 : next[_position - head.Length - length];
            }

            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
