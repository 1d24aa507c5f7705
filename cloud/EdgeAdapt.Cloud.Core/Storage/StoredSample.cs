namespace EdgeAdapt.Cloud.Core.Storage;

/// <summary>What the store's index knows of one sample; the rest is in its file.</summary>
/// <param name="Sequence">Counts up from 1 in the order of arrival within a store; never given twice.</param>
/// <param name="Id">The sample's identifier, 32 lower-case hexadecimal digits.</param>
/// <param name="FileBytes">Size of its file.</param>
public sealed record StoredSample(long Sequence, string Id, long FileBytes);
