namespace EdgeAdapt.Cloud.Core.Tests;

/// <summary>A clock that stands still until it is told to move.</summary>
internal sealed class SettableTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
