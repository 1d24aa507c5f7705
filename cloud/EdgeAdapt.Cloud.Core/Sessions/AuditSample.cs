namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>A sample that a device drew at random, with its answer.</summary>
/// <param name="Id">The sample's identifier.</param>
/// <param name="Class">The class that the device answered.</param>
/// <param name="Content">The encoded picture.</param>
public sealed record AuditSample(string Id, int Class, ReadOnlyMemory<byte> Content);
