namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>A parameter set that proved itself and lies on the device's disk.</summary>
/// <param name="Version">Its version, above 0.</param>
/// <param name="Saved">When it had proved itself.</param>
/// <param name="Bytes">Size of its file.</param>
/// <param name="TakenBack">Why it was taken back afterwards; null where it was not.</param>
public sealed record KeptSet(long Version, DateTimeOffset Saved, long Bytes, string? TakenBack);
