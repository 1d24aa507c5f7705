namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// A token bucket for one period. It holds at most <see cref="Room"/> tokens and gets (budget − room) of them in a period, so that no period sees
/// more than the budget however it lies. Not thread safe.
/// </summary>
/// <param name="period">The period.</param>
/// <param name="budget">Bytes in it.</param>
/// <param name="burstShare">Share of the budget that the bucket holds at least.</param>
internal sealed class ByteBucket(TimeSpan period, long budget, double burstShare)
{
    private double _tokens = burstShare * budget;

    /// <summary>The period.</summary>
    public TimeSpan Period => period;

    /// <summary>Bytes that may be sent now; below 0 what was taken in advance.</summary>
    public double Tokens
    {
        get => _tokens;
        set => _tokens = Math.Min(value, Room);
    }

    /// <summary>The largest sample so far, bytes. Only ever grows: if the room shrank, the tokens saved before would come on top of a faster flow.</summary>
    public long Largest { get; private set; }

    /// <summary>Tokens that the bucket holds: its burst, and never less than the largest sample, which could not be sent otherwise.</summary>
    public double Room => Math.Max(burstShare * budget, Largest);

    private double TokensPerSecond => (budget - Room) / period.TotalSeconds;

    /// <summary>Makes room for samples of a size, up to half of the budget.</summary>
    public void MakeRoom(long bytes) => Largest = Math.Max(Largest, Math.Min(bytes, budget / 2));

    /// <summary>Adds the tokens of a time; none for a negative one.</summary>
    public void Refill(TimeSpan elapsed) => Tokens += TokensPerSecond * Math.Max(0, elapsed.TotalSeconds);

    /// <summary>How long until so many tokens are there; zero where they are.</summary>
    public TimeSpan WaitFor(long bytes)
    {
        // More than it holds will never be there: a packet may be a few bytes longer than the file that was judged.
        double needed = Math.Min(bytes, Room);
        return Tokens >= needed ? TimeSpan.Zero : TimeSpan.FromSeconds((needed - Tokens) / TokensPerSecond);
    }
}
