namespace EdgeAdapt.Messaging;

/// <summary>
/// Notices a broker that keeps a connection and answers no publish on it: so many publish timeouts in a row, without an answer to any publish between.
/// Publishes that wait at the same time are one wait. Safe for several threads at once.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class BrokerSilence(TimeProvider time)
{
    // Each of the timeouts in a row is so much longer, so what is given up is a line of less than 8 KiB a second.
    private const long SlowestBytesPerSecond = 32 << 10;

    /// <summary>Timeouts in a row that are too many.</summary>
    public const int TooManyTimeouts = 4;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _tooLong = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _counted = long.MinValue;
    private int _timeouts;
    private long _unanswered;

    /// <summary>Ends when the silence has lasted too long.</summary>
    public Task TooLong => _tooLong.Task;

    /// <summary>A publish of so many bytes begins to wait for its answer.</summary>
    public void Begin(long bytes) => Interlocked.Add(ref _unanswered, bytes);

    /// <summary>It waits no more.</summary>
    public void End(long bytes) => Interlocked.Add(ref _unanswered, -bytes);

    /// <summary>
    /// How long an answer may take that is waited for from now on: beyond the publish timeout, a second for each 32 KiB that the line has still to carry. A picture of 4 MB
    /// takes five minutes at 100 kbit/s, and a connection that ended meanwhile would have it sent from its beginning again and again.
    /// </summary>
    public TimeSpan LimitOf(TimeSpan publishTimeout) => publishTimeout + TimeSpan.FromSeconds(Interlocked.Read(ref _unanswered) / SlowestBytesPerSecond);

    /// <summary>The broker has answered a publish.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _counted = time.GetTimestamp();
            _timeouts = 0;
        }
    }

    /// <summary>A wait for an answer has timed out.</summary>
    /// <param name="began">When it began. One that began before the last answer, or beside one that is counted, says nothing new.</param>
    public void Count(long began)
    {
        lock (_lock)
        {
            if (began < _counted)
            {
                return;
            }

            _counted = time.GetTimestamp();
            if (++_timeouts >= TooManyTimeouts)
            {
                _tooLong.TrySetResult();
            }
        }
    }
}
