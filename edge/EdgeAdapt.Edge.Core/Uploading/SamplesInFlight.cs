namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// Samples on their way to the cloud: given to the connection, then taken over by the broker, then acknowledged by the cloud, which ends it. Only a sample that the broker has can
/// be overdue: before that a slow line may still hold it, and sending it again would put it in the queue behind itself. Thread safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SamplesInFlight(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);
    private long _next;
    private bool _answers;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _attempts.Count;
            }
        }
    }

    /// <summary>
    /// Whether one more may be sent. One may always wait for the broker, and more once it has answered: a broker that answers nothing, or refuses each, costs one sample a connection
    /// and not all of them.
    /// </summary>
    public bool HasRoomFor(long bytes, UploadOptions options)
    {
        lock (_gate)
        {
            Attempt[] unanswered = [.. _attempts.Values.Where(a => a.Answered is null)];
            return _attempts.Count < options.MaximumInFlight
                && (unanswered.Length == 0 || (_answers && unanswered.Sum(a => a.Bytes) + bytes <= options.MaximumUnansweredBytes));
        }
    }

    /// <summary>Whether a sample is on its way.</summary>
    public bool Contains(string id)
    {
        lock (_gate)
        {
            return _attempts.ContainsKey(id);
        }
    }

    /// <summary>Adds a sample that is sent now.</summary>
    /// <returns>The number of the attempt.</returns>
    public long Add(string id, long bytes)
    {
        lock (_gate)
        {
            _attempts[id] = new Attempt(++_next, bytes, null);
            return _next;
        }
    }

    /// <summary>The broker has taken a sample over: the cloud's time begins.</summary>
    public void Answer(string id, long attempt)
    {
        lock (_gate)
        {
            _answers = true;
            if (_attempts.TryGetValue(id, out Attempt? known) && known.Number == attempt)
            {
                _attempts[id] = known with { Answered = time.GetTimestamp() };
            }
        }
    }

    /// <summary>Removes a sample: the cloud has it.</summary>
    public void Remove(string id)
    {
        lock (_gate)
        {
            _attempts.Remove(id);
        }
    }

    /// <summary>Removes an attempt that failed; until the broker answers again, one sample at a time is sent.</summary>
    /// <returns>False where another attempt has taken its place, or the connection has changed since.</returns>
    public bool Fail(string id, long attempt)
    {
        lock (_gate)
        {
            if (!_attempts.TryGetValue(id, out Attempt? known) || known.Number != attempt)
            {
                return false;
            }

            _answers = false;
            return _attempts.Remove(id);
        }
    }

    /// <summary>The connection broke: removes the samples that the broker may not have. Those that it has stay, and with them the time until they count as lost.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<string> RemoveUnanswered()
    {
        lock (_gate)
        {
            _answers = false;
            return RemoveWhere(static a => a.Answered is null);
        }
    }

    /// <summary>Removes the samples that the cloud has not acknowledged in time.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<string> RemoveOverdue(TimeSpan timeout)
    {
        lock (_gate)
        {
            return RemoveWhere(a => a.Answered is { } answered && time.GetElapsedTime(answered) >= timeout);
        }
    }

    /// <summary>How long until the next one is overdue; null where none will be.</summary>
    public TimeSpan? UntilOverdue(TimeSpan timeout)
    {
        lock (_gate)
        {
            return _attempts.Values.Min(a => a.Answered) is { } earliest ? timeout - time.GetElapsedTime(earliest) : null;
        }
    }

    private string[] RemoveWhere(Func<Attempt, bool> condition)
    {
        string[] ids = [.. _attempts.Where(a => condition(a.Value)).Select(a => a.Key)];
        foreach (string id in ids)
        {
            _attempts.Remove(id);
        }

        return ids;
    }

    private sealed record Attempt(long Number, long Bytes, long? Answered);
}
