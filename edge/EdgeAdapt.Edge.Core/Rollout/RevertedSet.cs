namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>A version that a device took back.</summary>
/// <param name="Version">The version.</param>
/// <param name="Time">When.</param>
/// <param name="Reason">In what it was worse.</param>
internal sealed record RevertedSet(long Version, DateTimeOffset Time, string Reason);
