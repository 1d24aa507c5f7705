using EdgeAdapt.Edge.Core.Answering;

namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>
/// The last answers of a device, and the last seconds of answers, for whoever looks at it. Bounded: about 64 kB, allocated once. Writing costs well
/// under a microsecond and allocates nothing; a reader holds the lock for the copy alone, so that a slow one never keeps an answer waiting. Thread safe.
/// </summary>
public sealed class AnswerLog
{
    /// <summary>The most answers that are remembered.</summary>
    public const int Capacity = 600;

    /// <summary>The most seconds that are remembered: ten minutes where each has an answer.</summary>
    public const int SecondsCapacity = 600;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly AnswerRecord[] _answers = new AnswerRecord[Capacity];
    private readonly AnswerSecond[] _seconds = new AnswerSecond[SecondsCapacity];
    private long _count;
    private long _secondCount;
    private long _secondStarted;
    private AnsweredFrame? _latest;
    private bool _latestKept;
    private bool _holdsLatest;

    internal AnswerLog(TimeProvider time) => _time = time;

    /// <summary>
    /// Whether the latest frame is held in memory, to be shown; otherwise no picture is reachable from here. One frame is held at most, and none is written
    /// anywhere. Default false.
    /// </summary>
    public bool HoldsLatest
    {
        get
        {
            lock (_gate)
            {
                return _holdsLatest;
            }
        }

        set
        {
            lock (_gate)
            {
                _holdsLatest = value;
                _latest = value ? _latest : null;
            }
        }
    }

    /// <summary>The remembered answers, oldest first.</summary>
    /// <param name="after">Only those whose place in the log is above this one; −1 for all.</param>
    /// <param name="last">The place of the newest answer, to ask on from; −1 where there is none yet.</param>
    public IReadOnlyList<AnswerRecord> Read(long after, out long last)
    {
        lock (_gate)
        {
            last = _count - 1;
            return Copy(_answers, _count, after + 1);
        }
    }

    /// <summary>The remembered seconds, oldest first. The newest one still grows.</summary>
    /// <param name="from">Only those from this number on.</param>
    public IReadOnlyList<AnswerSecond> ReadSeconds(long from)
    {
        lock (_gate)
        {
            return Copy(_seconds, _secondCount, from);
        }
    }

    /// <summary>The frame answered last, where it is held.</summary>
    internal AnsweredFrame? ReadLatest(out AnswerRecord answer)
    {
        lock (_gate)
        {
            answer = _latest is null ? default : RecordOf(_latest, _latestKept);
            return _latest;
        }
    }

    /// <summary>Notes a frame with a finite answer. Called by one thread at a time.</summary>
    internal void Add(AnsweredFrame answered, bool kept)
    {
        AnswerRecord answer = RecordOf(answered, kept);

        // By the monotonic clock: one on the wall that is set back by an hour would fill a single second for an hour.
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            _answers[_count++ % Capacity] = answer;
            if (_secondCount == 0 || _time.GetElapsedTime(_secondStarted, now) >= Second)
            {
                _seconds[_secondCount % SecondsCapacity] = new AnswerSecond(
                    _secondCount, answer.Time, 1, answer.Entropy, answer.Entropy, answer.Entropy, answer.Confidence, kept ? 1 : 0);
                _secondStarted = now;
                _secondCount++;
            }
            else
            {
                ref AnswerSecond second = ref _seconds[(_secondCount - 1) % SecondsCapacity];
                second = second.With(answer);
            }

            // A frame that was taken before somebody wanted to see one is gone with the next; that one is held.
            if (_holdsLatest && !answered.IsImageReused)
            {
                (_latest, _latestKept) = (answered, kept);
            }
        }
    }

    private static AnswerRecord RecordOf(AnsweredFrame answered, bool kept) =>
        new(answered.Number, answered.Captured, answered.Class, answered.Sample.Confidence, answered.Entropy, kept, answered.Version);

    private static T[] Copy<T>(T[] ring, long count, long from)
    {
        long first = Math.Clamp(from, Math.Max(0, count - ring.Length), count);
        T[] copy = new T[count - first];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = ring[(first + i) % ring.Length];
        }

        return copy;
    }
}
