namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// A sum over the last period, in 60 parts: it covers between 59/60 of the period and all of it. It begins empty with the process. Not thread safe.
/// </summary>
/// <param name="period">The period.</param>
/// <param name="time">The clock; the monotonic part alone is used.</param>
internal sealed class SlidingSum(TimeSpan period, TimeProvider time)
{
    private const int Parts = 60;
    private readonly long[] _parts = new long[Parts];
    private readonly TimeSpan _part = period / Parts;
    private readonly long _start = time.GetTimestamp();
    private long _current;
    private long _sum;

    /// <summary>The period.</summary>
    public TimeSpan Period => period;

    /// <summary>Adds an amount now; a negative one takes back what was added before.</summary>
    public void Add(long amount)
    {
        Advance();
        _parts[_current % Parts] += amount;
        _sum += amount;
    }

    /// <summary>The sum now.</summary>
    public long Read()
    {
        Advance();
        return _sum;
    }

    private void Advance()
    {
        long now = (long)(time.GetElapsedTime(_start) / _part);
        if (now - _current >= Parts)
        {
            Array.Clear(_parts);
            (_sum, _current) = (0, now);
        }

        while (_current < now)
        {
            ref long oldest = ref _parts[++_current % Parts];
            _sum -= oldest;
            oldest = 0;
        }
    }
}
