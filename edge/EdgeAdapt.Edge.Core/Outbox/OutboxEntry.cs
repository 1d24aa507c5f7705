namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>A sample that waits for the cloud.</summary>
/// <param name="Sequence">Position in the order of arrival; unique in the outbox.</param>
/// <param name="Id">Hash of its content.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Score">Logarithm of its value; see <see cref="SampleValueOptions"/>. Comparable within one outbox only.</param>
/// <param name="Stamp">When it came, milliseconds since 1970 by the outbox's own clock.</param>
public readonly record struct OutboxEntry(long Sequence, string Id, long Bytes, double Score, long Stamp);
