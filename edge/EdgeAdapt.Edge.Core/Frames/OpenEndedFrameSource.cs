using System.Runtime.CompilerServices;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// The frames of another source, and then none for ever: an agent that also answers requests goes on when its recording is over.
/// </summary>
public sealed class OpenEndedFrameSource : IFrameSource
{
    private readonly IFrameSource? _inner;
    private readonly TimeProvider _time;

    /// <summary>Puts an open end to a source.</summary>
    /// <param name="inner">The source, disposed with this one; null for none.</param>
    /// <param name="time">The clock that waiting is bound to.</param>
    public OpenEndedFrameSource(IFrameSource? inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
    }

    /// <inheritdoc/>
    public string Description => _inner is null ? "requests alone" : $"{_inner.Description}, and requests";

    /// <inheritdoc/>
    public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_inner is not null)
        {
            await foreach (Frame frame in _inner.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return frame;
            }
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _inner?.Dispose();
}
