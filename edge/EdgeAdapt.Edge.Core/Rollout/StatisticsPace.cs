namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Says when the device can afford its next statistics. A refresh costs a pass over a batch: at ten frames a second nothing, at a thousand half of all answers. It may
/// use half of the time that no answer is worked on in, and beyond that a share of all time: the next one begins when cost ≤ ½·idle + load·elapsed since the last one ended.
/// Thread safe.
/// </summary>
/// <param name="load">The share, above 0 and at most 1.</param>
/// <param name="busy">Time that answers were worked on, since the start.</param>
/// <param name="time">The clock.</param>
internal sealed class StatisticsPace(double load, Func<TimeSpan> busy, TimeProvider time)
{
    private readonly Lock _gate = new();
    private TimeSpan _cost;
    private bool _isRunning;
    private TimeSpan _busyAtEnd;
    private long _end = time.GetTimestamp();

    /// <summary>Whether the next refresh can be afforded.</summary>
    /// <param name="ahead">
    /// When: zero for now. Of a later time it is told as if no answer were worked on until then and a refresh that is under way had ended, so that a no is certain.
    /// </param>
    public bool IsDue(TimeSpan ahead)
    {
        lock (_gate)
        {
            TimeSpan elapsed = time.GetElapsedTime(_end) + ahead;
            TimeSpan idle = elapsed - (busy() - _busyAtEnd);
            return _isRunning ? ahead > TimeSpan.Zero : _cost <= (load * elapsed) + (idle > TimeSpan.Zero ? idle / 2 : TimeSpan.Zero);
        }
    }

    /// <summary>Notes that a refresh begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _isRunning = true;
        }
    }

    /// <summary>Notes a refresh that has just ended.</summary>
    /// <param name="cost">How long it took.</param>
    public void End(TimeSpan cost)
    {
        lock (_gate)
        {
            (_isRunning, _cost, _busyAtEnd, _end) = (false, cost, busy(), time.GetTimestamp());
        }
    }
}
