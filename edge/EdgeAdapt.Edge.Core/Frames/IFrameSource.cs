namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>Where frames come from. Dispose it when nothing reads from it any more.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What it is, for messages.</summary>
    string Description { get; }

    /// <summary>
    /// The frames in order. A picture that cannot be read is a frame with a fault, and the ones behind it follow. Ends when the source is
    /// exhausted; an endless one ends by cancellation.
    /// </summary>
    IAsyncEnumerable<Frame> ReadAsync(CancellationToken cancellationToken);
}
