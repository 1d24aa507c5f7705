namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// Audit samples of a session that wait for the teacher, in memory alone: what is lost by a kill or a full queue is lost whatever its answer, so the estimate stays
/// unbiased and only its interval grows. Thread safe.
/// </summary>
public sealed class WaitingAudits
{
    /// <summary>Samples that may wait.</summary>
    public const int Capacity = 256;

    private const long CapacityBytes = 64 << 20;
    private const int RememberedIds = 4096;
    private readonly Lock _lock = new();
    private readonly Queue<AuditSample> _waiting = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _bytes;

    /// <summary>Whether samples wait.</summary>
    public bool HasWork
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Takes a sample.</summary>
    /// <returns>False where there is no room for it; null where it came already: a device sends again what was not acknowledged in time.</returns>
    public bool? Offer(AuditSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        lock (_lock)
        {
            if (!_known.Add(sample.Id))
            {
                return null;
            }

            _order.Enqueue(sample.Id);
            if (_order.Count > RememberedIds)
            {
                _known.Remove(_order.Dequeue());
            }

            if (_waiting.Count >= Capacity || _bytes + sample.Content.Length > CapacityBytes)
            {
                return false;
            }

            _waiting.Enqueue(sample);
            _bytes += sample.Content.Length;
            return true;
        }
    }

    /// <summary>Takes the samples out that have waited longest.</summary>
    public IReadOnlyList<AuditSample> Take(int most)
    {
        var taken = new List<AuditSample>(most);
        lock (_lock)
        {
            while (taken.Count < most && _waiting.TryDequeue(out AuditSample? sample))
            {
                _bytes -= sample.Content.Length;
                taken.Add(sample);
            }
        }

        return taken;
    }
}
