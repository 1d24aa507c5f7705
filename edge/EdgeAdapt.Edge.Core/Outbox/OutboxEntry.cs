namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>A sample that waits for the cloud.</summary>
/// <param name="Sequence">Position in the order of arrival; unique in the outbox.</param>
/// <param name="Id">Hash of its content.</param>
/// <param name="Bytes">Length of its file.</param>
public readonly record struct OutboxEntry(long Sequence, string Id, long Bytes);
