using System.Runtime.CompilerServices;
using EdgeAdapt.Edge.Core.Frames;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>A camera that has the next frame as soon as the last one was taken, and notes when that was.</summary>
/// <param name="frames">What it sees, over and over.</param>
/// <param name="warmUp">Frames before the clock is read.</param>
/// <param name="count">Frames after that.</param>
/// <param name="turns">When it has none for a while, and the clock.</param>
internal sealed class TimedFrames(IReadOnlyList<Frame> frames, int warmUp, int count, Turns turns) : IFrameSource
{
    private readonly long[] _taken = new long[count + 1];

    /// <inheritdoc/>
    public string Description => $"{warmUp + count} frames";

    /// <summary>Milliseconds from each frame to the next.</summary>
    public IEnumerable<double> Milliseconds => Enumerable.Range(1, count).Select(i => turns.GetElapsedTime(_taken[i - 1], _taken[i]).TotalMilliseconds);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Frame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        for (int i = 0; i < warmUp + count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            turns.BeforeFrame();
            if (i >= warmUp)
            {
                _taken[i - warmUp] = turns.GetTimestamp();
            }

            yield return frames[i % frames.Count];
        }

        _taken[count] = turns.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
