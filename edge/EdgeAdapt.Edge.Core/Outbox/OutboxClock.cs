namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// The time by which samples age. It begins at the clock on the wall and then follows the monotonic one: a wall clock that is set while the agent runs
/// ages nothing. Over a restart it never runs backwards, and runs ahead by at most half the maximum age: a device that wakes up in the year
/// 2099 must not take all its samples for too old.
/// </summary>
internal sealed class OutboxClock(TimeProvider time, DateTimeOffset? latest, TimeSpan longestLeap)
{
    private readonly long _origin = time.GetTimestamp();
    private readonly long _start = Start(time.GetUtcNow(), latest, longestLeap).ToUnixTimeMilliseconds();

    /// <summary>Milliseconds since 1970 by this clock.</summary>
    public long Now => _start + (long)time.GetElapsedTime(_origin).TotalMilliseconds;

    private static DateTimeOffset Start(DateTimeOffset now, DateTimeOffset? latest, TimeSpan longestLeap) => latest is not { } last || (now >= last && now - last <= longestLeap)
        ? now
        : now < last ? last : last + longestLeap;
}
