namespace EdgeAdapt.Adaptation;

/// <summary>
/// The uploads of one adapter: those that wait for their step, and the newest ones kept for replay. A sample is in both
/// from the start, as in the authors' code.
/// </summary>
internal sealed class SampleQueue(int replayCapacity)
{
    private readonly Queue<IAdaptationSample> _waiting = new();
    private readonly List<IAdaptationSample> _replay = [];

    /// <summary>Index of the oldest entry once the replay buffer is full and has become a ring.</summary>
    private int _oldest;

    public int Waiting => _waiting.Count;

    public int Replayable => _replay.Count;

    public IReadOnlyList<string> WaitingIds => [.. _waiting.Select(s => s.Id)];

    /// <summary>Ids of the replay buffer, oldest first.</summary>
    public IReadOnlyList<string> ReplayIds => [.. _replay.Skip(_oldest).Concat(_replay.Take(_oldest)).Select(s => s.Id)];

    public void Add(IAdaptationSample sample)
    {
        Wait(sample);
        Keep(sample);
    }

    public void Wait(IAdaptationSample sample) => _waiting.Enqueue(sample);

    public void Keep(IAdaptationSample sample)
    {
        if (_replay.Count < replayCapacity)
        {
            _replay.Add(sample);
        }
        else if (replayCapacity > 0)
        {
            _replay[_oldest] = sample;
            _oldest = (_oldest + 1) % replayCapacity;
        }
    }

    public IAdaptationSample Take() => _waiting.Dequeue();

    /// <summary>Returns taken samples to the head of the queue.</summary>
    public void PutBack(IReadOnlyList<IAdaptationSample> samples)
    {
        IAdaptationSample[] later = [.. _waiting];
        _waiting.Clear();
        foreach (IAdaptationSample sample in samples.Concat(later))
        {
            _waiting.Enqueue(sample);
        }
    }

    /// <summary>
    /// Draws different samples. A number means an age, not a place in the ring: after a restart the ring begins elsewhere and
    /// the same numbers must mean the same samples.
    /// </summary>
    public IReadOnlyList<IAdaptationSample> Draw(int count, SeededGenerator generator) =>
        [.. generator.Sample(_replay.Count, Math.Min(count, _replay.Count)).Select(age => _replay[(_oldest + age) % _replay.Count])];

    /// <summary>Forgets all of the replay buffer but its newest samples.</summary>
    public void KeepNewest(int count)
    {
        IAdaptationSample[] kept = [.. _replay.Skip(_oldest).Concat(_replay.Take(_oldest)).TakeLast(count)];
        _replay.Clear();
        _replay.AddRange(kept);
        _oldest = 0;
    }

    public void Clear()
    {
        _waiting.Clear();
        _replay.Clear();
        _oldest = 0;
    }
}
