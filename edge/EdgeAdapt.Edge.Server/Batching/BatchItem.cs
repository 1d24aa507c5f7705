namespace EdgeAdapt.Edge.Server.Batching;

/// <summary>The images of one request, waiting for their answer.</summary>
/// <param name="Images">The model's input <c>[C, H, W]</c> of each.</param>
/// <param name="Enqueued">Timestamp of its arrival.</param>
/// <param name="Answer">Completed with the answer, or the failure; cancelled where the images were left out.</param>
/// <param name="Cancelled">Set when nobody waits any more.</param>
internal sealed record BatchItem(IReadOnlyList<float[]> Images, long Enqueued, TaskCompletionSource<BatchAnswer> Answer, CancellationToken Cancelled);
