using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// Pictures that cameras publish at the broker, as JPEG or PNG files. They come when they come: where the device is slower the oldest that wait give way and are counted. Any
/// thread may offer; one reads.
/// </summary>
public sealed class ImageTopicFrameSource : IFrameSource
{
    private readonly int _limit;
    private readonly Channel<Frame> _frames;

    /// <summary>Creates a source that waits for messages.</summary>
    /// <param name="options">The topic filter and the bounds.</param>
    /// <param name="skipped">Called for each picture that gave way.</param>
    public ImageTopicFrameSource(FrameInputOptions options, Action skipped)
    {
        ArgumentNullException.ThrowIfNull(options);
        _limit = options.MaximumFrameBytes;
        _frames = Channel.CreateBounded<Frame>(
            new BoundedChannelOptions(options.ImageQueue) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => skipped());
        Description = $"MQTT topic {options.ImageTopic}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>Takes a message; never waits. One that is too long becomes a frame with a fault, its bytes are let go at once.</summary>
    public void Offer(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _frames.Writer.TryWrite(message.Payload.Length <= _limit
            ? new Frame { Name = message.Topic, Bytes = message.Payload }
            : new Frame { Name = message.Topic, Fault = $"The picture has {message.Payload.Length} bytes and at most {_limit} are taken. Send smaller ones, or raise --frame-megabytes." });
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Frame> ReadAsync(CancellationToken cancellationToken) => _frames.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _frames.Writer.TryComplete();
}
