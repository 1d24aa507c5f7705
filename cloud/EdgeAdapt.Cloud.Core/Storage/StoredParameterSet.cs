namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>One entry in the history of a session's parameter sets.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Bytes">Size of the set in bytes, as published.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="SamplesSeen">Uploaded samples that the training had seen by then.</param>
/// <param name="Steps">Adaptation steps taken by then.</param>
public sealed record StoredParameterSet(long Version, long Bytes, DateTimeOffset? Created, long SamplesSeen, long Steps);
