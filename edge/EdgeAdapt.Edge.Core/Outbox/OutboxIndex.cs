namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>The waiting samples in memory, by id and in order of value. Not thread safe.</summary>
internal sealed class OutboxIndex
{
    // Of equal values the earlier sample goes first, so that the order is the same after a restart.
    private static readonly Comparer<OutboxEntry> MostValuableFirst = Comparer<OutboxEntry>.Create((a, b) =>
        b.Score.CompareTo(a.Score) is var order and not 0 ? order : a.Sequence.CompareTo(b.Sequence));

    private readonly SortedSet<OutboxEntry> _order = new(MostValuableFirst);
    private readonly Dictionary<string, OutboxEntry> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<long> _arrivals = [];
    private readonly Dictionary<long, (OutboxEntry Entry, Prediction? Prediction)> _bySequence = [];
    private long _bytes;
    private int _count;

    /// <summary>Samples; may be read by any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of their files; may be read by any thread.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Samples, the most valuable first.</summary>
    public IEnumerable<OutboxEntry> InOrder => _order;

    /// <summary>The sample that came first, or null.</summary>
    public OutboxEntry? Earliest => _arrivals.Count > 0 ? _bySequence[_arrivals.Min].Entry : null;

    /// <summary>The sample of least value, or null.</summary>
    public OutboxEntry? Least => _order.Count > 0 ? _order.Max : null;

    /// <summary>The sample of an id.</summary>
    public bool TryGet(string id, out OutboxEntry entry) => _byId.TryGetValue(id, out entry);

    /// <summary>Whether a sequence is taken.</summary>
    public bool HasSequence(long sequence) => _bySequence.ContainsKey(sequence);

    /// <summary>Adds one whose id and sequence are not there.</summary>
    public void Insert(OutboxEntry entry, Prediction? prediction)
    {
        _order.Add(entry);
        _byId.Add(entry.Id, entry);
        _arrivals.Add(entry.Sequence);
        _bySequence.Add(entry.Sequence, (entry, prediction));
        Volatile.Write(ref _count, _byId.Count);
        Interlocked.Add(ref _bytes, entry.Bytes);
    }

    /// <summary>Removes one that is there.</summary>
    public void Remove(OutboxEntry entry)
    {
        _order.Remove(entry);
        _byId.Remove(entry.Id);
        _arrivals.Remove(entry.Sequence);
        _bySequence.Remove(entry.Sequence);
        Volatile.Write(ref _count, _byId.Count);
        Interlocked.Add(ref _bytes, -entry.Bytes);
    }

    /// <summary>Samples of less value than <paramref name="score"/>, the least first, that must go to make <paramref name="room"/>; null where all of them are not enough.</summary>
    public IReadOnlyList<OutboxEntry>? Victims(long room, double score)
    {
        var victims = new List<OutboxEntry>();
        foreach (OutboxEntry entry in _order.Reverse())
        {
            if (room <= 0)
            {
                break;
            }

            // Of equals the new one is given up: nothing is gained by writing it.
            if (entry.Score >= score)
            {
                return null;
            }

            victims.Add(entry);
            room -= entry.Bytes;
        }

        return room <= 0 ? victims : null;
    }

    /// <summary>Distance of a prediction to the nearest of the newest samples; 1 where none waits, 1/2 where it is not known.</summary>
    public double Novelty(Prediction? prediction, int neighbours)
    {
        if (prediction is null)
        {
            return 0.5;
        }

        double nearest = 1;
        foreach (long sequence in _arrivals.Reverse().Take(neighbours))
        {
            nearest = _bySequence[sequence].Prediction is { } other ? Math.Min(nearest, prediction.DistanceTo(other)) : nearest;
        }

        return nearest;
    }
}
