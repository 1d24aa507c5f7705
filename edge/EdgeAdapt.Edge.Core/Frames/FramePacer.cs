namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// Hands out frames at a steady rate, as a camera does: frame n is due at n / rate after the first. One that comes late is handed out at
/// once, and none is skipped. One owner calls it.
/// </summary>
public sealed class FramePacer
{
    /// <summary>The highest rate in frames a second; timers are no finer.</summary>
    public const double MaximumRate = 1000;

    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(1);
    private readonly double _rate;
    private readonly TimeProvider _time;
    private long? _start;
    private long _frames;

    /// <summary>Creates a pacer.</summary>
    /// <param name="rate">Frames a second, above 0 to <see cref="MaximumRate"/>; 0 for as fast as they are taken.</param>
    /// <param name="time">Its timer.</param>
    public FramePacer(double rate, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, MaximumRate);
        _rate = rate;
        _time = time;
    }

    /// <summary>Waits until the next frame is due. Call it before each frame.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_rate == 0)
        {
            return;
        }

        _start ??= _time.GetTimestamp();
        TimeSpan due = TimeSpan.FromSeconds(_frames++ / _rate) - _time.GetElapsedTime(_start.Value);
        if (due > TimeSpan.Zero)
        {
            await Task.Delay(due, _time, cancellationToken).ConfigureAwait(false);
        }
        else if (due < -MostBehind)
        {
            // The machine slept, or is too slow for this rate. A burst faster than any camera to catch up would help nobody.
            _start = _time.GetTimestamp();
            _frames = 1;
        }
    }
}
