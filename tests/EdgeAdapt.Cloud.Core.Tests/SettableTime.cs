namespace EdgeAdapt.Cloud.Core.Tests;

/// <summary>A clock that stands still until it is told to move.</summary>
internal sealed class SettableTime(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _elapsed;
    private TimeSpan _jumped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + _elapsed + _jumped;

    public override long GetTimestamp() => _elapsed.Ticks;

    public void Advance(TimeSpan by) => _elapsed += by;

    /// <summary>Sets the clock on the wall by so much; time stamps know nothing of it.</summary>
    public void Jump(TimeSpan by) => _jumped += by;
}
