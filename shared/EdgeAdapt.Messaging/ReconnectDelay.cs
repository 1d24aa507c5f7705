namespace EdgeAdapt.Messaging;

/// <summary>
/// Delays between attempts to connect: each twice the one before up to a maximum, and of each a random part between half and
/// the whole, so that devices which lost the same broker do not come back in the same moment. Not safe for several threads at once.
/// </summary>
internal sealed class ReconnectDelay
{
    private readonly TimeSpan _minimum;
    private readonly TimeSpan _maximum;
    private readonly Random _random;
    private TimeSpan _next;

    /// <summary>Delays from <paramref name="minimum"/> to <paramref name="maximum"/>, with jitter from a seeded generator.</summary>
    public ReconnectDelay(TimeSpan minimum, TimeSpan maximum, Random random)
    {
        _minimum = minimum;
        _maximum = maximum;
        _random = random;
        _next = minimum;
    }

    /// <summary>The delay before the next attempt.</summary>
    public TimeSpan Next()
    {
        TimeSpan delay = _next * (0.5 + (0.5 * _random.NextDouble()));
        _next = _next < _maximum / 2 ? _next * 2 : _maximum;
        return delay;
    }

    /// <summary>Starts over at the minimum: a connection has lasted.</summary>
    public void Reset() => _next = _minimum;
}
