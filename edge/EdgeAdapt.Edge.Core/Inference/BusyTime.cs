using System.Diagnostics;

namespace EdgeAdapt.Edge.Core.Inference;

/// <summary>Adds up the time that something is busy, over all threads. Thread safe.</summary>
internal sealed class BusyTime
{
    private long _ticks;

    /// <summary>The sum so far.</summary>
    public TimeSpan Total => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    /// <summary>Adds the time from a timestamp of <see cref="Stopwatch"/> to now.</summary>
    public void AddSince(long start) => Interlocked.Add(ref _ticks, Stopwatch.GetTimestamp() - start);
}
