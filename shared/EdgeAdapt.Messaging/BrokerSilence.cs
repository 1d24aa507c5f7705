namespace EdgeAdapt.Messaging;

/// <summary>
/// Notices a broker that keeps a connection and answers no publish on it: so many publish timeouts in a row, without an answer to any publish between.
/// Publishes that wait at the same time are one wait. Safe for several threads at once.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class BrokerSilence(TimeProvider time)
{
    /// <summary>Timeouts in a row that are too many.</summary>
    public const int TooManyTimeouts = 4;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _tooLong = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _counted = long.MinValue;
    private int _timeouts;

    /// <summary>Ends when the silence has lasted too long.</summary>
    public Task TooLong => _tooLong.Task;

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
