namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>
/// One side's turns at the machine: after every so many frames it says so on standard output and waits for a line on standard input. As a clock it stands still in
/// between, so that neither its measurements nor the agent's own rules of pace see the time that was the other side's; its timers go by the time of day, so what the
/// agent does every so many seconds comes a little too often. For one thread but as a clock.
/// </summary>
/// <param name="every">Frames of a turn, at least 1.</param>
internal sealed class Turns(int every) : TimeProvider
{
    /// <summary>What a side says at the end of a turn.</summary>
    public const string Over = "turn over";

    private int _frames;
    private long _waited;

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetTimestamp() - Interlocked.Read(ref _waited);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - new TimeSpan(Interlocked.Read(ref _waited) * TimeSpan.TicksPerSecond / TimestampFrequency);

    /// <summary>Called before each frame: waits for the next turn where this one is over.</summary>
    /// <exception cref="OperationCanceledException">Nobody is there any more who would give the next turn.</exception>
    public void BeforeFrame()
    {
        if (_frames++ % every != 0)
        {
            return;
        }

        long over = base.GetTimestamp();
        Console.Out.WriteLine(Over);
        if (Console.In.ReadLine() is null)
        {
            throw new OperationCanceledException("The benchmark that gave the turns has ended.");
        }

        Interlocked.Add(ref _waited, base.GetTimestamp() - over);
    }
}
