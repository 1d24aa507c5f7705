namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>A request for an answer.</summary>
/// <param name="Id">The client's name for it, returned with the answer; null for none.</param>
/// <param name="Inputs">The input tensors, in the order of the request.</param>
/// <param name="Outputs">The outputs wanted; empty for all.</param>
/// <param name="BinaryOutput">Whether outputs are wanted in binary form where they do not say so themselves.</param>
internal sealed record InferenceRequest(string? Id, IReadOnlyList<RequestTensor> Inputs, IReadOnlyList<RequestedOutput> Outputs, bool BinaryOutput);
