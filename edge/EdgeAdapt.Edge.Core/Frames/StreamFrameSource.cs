using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// Frames from a stream of bytes such as standard input: JPEG and PNG files one behind the other, or raw pixels. A thread of its own reads, because a read of standard input
/// cannot be cancelled: it is left behind when the agent stops. Read it once.
/// </summary>
public sealed class StreamFrameSource : IFrameSource
{
    private readonly Stream _stream;
    private readonly bool _live;
    private readonly Action _skipped;
    private readonly Func<IEnumerable<Frame>> _read;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Takes over a stream.</summary>
    /// <param name="stream">The bytes; disposed at its end.</param>
    /// <param name="name">Its name, for messages and the frames' names.</param>
    /// <param name="options">What is in it, and whether it is live.</param>
    /// <param name="skipped">Called for each frame of a live stream that gave way to a newer one.</param>
    public StreamFrameSource(Stream stream, string name, FrameInputOptions options, Action skipped)
    {
        ArgumentNullException.ThrowIfNull(options);
        _stream = stream;
        _live = options.Live;
        _skipped = skipped;
        _read = options.StreamSize is { } size
            ? () => PixelStreamFrames.Read(stream, name, size)
            : () => new EncodedStreamFrames(stream, name, options.MaximumFrameBytes).Read();
        Description = $"{name} ({(options.StreamSize is { } s ? $"raw {s.Width} x {s.Height}" : "JPEG and PNG")}{(_live ? ", the newest frame" : string.Empty)})";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Live, the newest frame replaces the one that waits. Otherwise the writer is held up by the pipe, and none is lost.
        var frames = Channel.CreateBounded<Frame>(
            new BoundedChannelOptions(1) { FullMode = _live ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = true }, _ => _skipped());
        new Thread(() => Pump(frames.Writer)) { IsBackground = true, Name = "frames" }.Start();
        await foreach (Frame frame in frames.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return frame;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    private void Pump(ChannelWriter<Frame> frames)
    {
        Exception? fault = null;
        try
        {
            foreach (Frame frame in _read())
            {
                while (!frames.TryWrite(frame))
                {
                    frames.WaitToWriteAsync(_stop.Token).AsTask().GetAwaiter().GetResult();
                }

                if (_stop.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The agent has stopped and takes no more.
        }
        catch (Exception e)
        {
            // A defect: it must end the agent as one of its own, and nothing may leave a thread's first method.
            fault = e;
        }

        _stream.Dispose();
        frames.TryComplete(fault);
    }
}
