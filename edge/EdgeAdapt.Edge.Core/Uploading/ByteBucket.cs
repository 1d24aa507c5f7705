using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// A token bucket for one period. It holds at most <see cref="Room"/> tokens and gets (budget − room) of them in a period, so that no period sees
/// more than the budget however it lies. Some of what it holds waits for a change of the stream: the <see cref="Reserve"/>. Not thread safe.
/// </summary>
/// <param name="period">The period.</param>
/// <param name="budget">Bytes in it.</param>
/// <param name="burstShare">Share of the budget that the bucket holds at least.</param>
internal sealed class ByteBucket(TimeSpan period, long budget, double burstShare)
{
    // Of the room. Were it all, tokens that come while the reserve is full would run over before a sample takes them.
    private const double MostReserved = 0.75;
    private double _tokens = burstShare * budget;
    private double _reserve = burstShare * budget;

    /// <summary>The period.</summary>
    public TimeSpan Period => period;

    /// <summary>Bytes that may be sent now, the reserve included; below 0 what was taken in advance.</summary>
    public double Tokens
    {
        get => _tokens;
        set
        {
            _tokens = Math.Min(value, Room);
            _reserve = Math.Min(_reserve, Math.Max(0, _tokens));
        }
    }

    /// <summary>The largest sample so far, bytes. Only ever grows: if the room shrank, the tokens saved before would come on top of a faster flow.</summary>
    public long Largest { get; private set; }

    /// <summary>Tokens that the bucket holds: its burst, and never less than the largest sample, which could not be sent otherwise.</summary>
    public double Room => Math.Max(burstShare * budget, Largest);

    /// <summary>Tokens that samples leave until <see cref="Release"/>; none in a bucket of few samples.</summary>
    public double Reserve => Math.Min(_reserve, LargestReserve);

    /// <summary>Tokens a second.</summary>
    public double Flow => (budget - Room) / period.TotalSeconds;

    private double LargestReserve => Math.Max(0, (MostReserved * Room) - Largest);

    /// <summary>Makes room for samples of a size, up to half of the budget.</summary>
    public void MakeRoom(long bytes) => Largest = Math.Max(Largest, Math.Min(bytes, budget / 2));

    /// <summary>Adds the tokens of a time; none for a negative one.</summary>
    public void Refill(TimeSpan elapsed)
    {
        double earned = Flow * Math.Max(0, elapsed.TotalSeconds);
        Tokens += earned;
        _reserve = Math.Min(Reserve + (ChangeReserve.EarnedShare * earned), Math.Max(0, Tokens));
    }

    /// <summary>Makes a reserve of all tokens that it may hold: after a restart, when nobody knows what was held.</summary>
    public void HoldBack() => _reserve = Math.Max(0, Tokens);

    /// <summary>Gives half of the reserve free for samples.</summary>
    /// <returns>The bytes.</returns>
    public double Release()
    {
        double released = ChangeReserve.ReleasedShare * Reserve;
        _reserve = Reserve - released;
        return released;
    }

    /// <summary>How long until so many tokens are there; zero where they are.</summary>
    /// <param name="bytes">More than the bucket holds will never be there: a packet may be a few bytes longer than the file that was judged.</param>
    public TimeSpan WaitFor(long bytes) => Until(Math.Min(bytes, Room) - Tokens, Flow);

    /// <summary>How long until so many tokens are there beside the reserve, which grows meanwhile.</summary>
    public TimeSpan WaitBesideReserve(long bytes)
    {
        double needed = Math.Min(bytes, Room) - Tokens;
        TimeSpan whileItGrows = Until(needed + Reserve, (1 - ChangeReserve.EarnedShare) * Flow);
        TimeSpan whenFull = Until(needed + LargestReserve, Flow);
        return whileItGrows < whenFull ? whileItGrows : whenFull;
    }

    private static TimeSpan Until(double missing, double flow) => missing <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(missing / flow);
}
