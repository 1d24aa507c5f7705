using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>What a method answered for one batch and what it would have sent over the wire.</summary>
/// <param name="Logits"><c>[N, K]</c>, computed before anything was learnt from this batch.</param>
/// <param name="Uploaded">Rows of the batch that a gradient was, or will be, computed from: those would travel to the cloud. Ascending.</param>
/// <param name="StatisticsBytesUp">Bytes of normalization statistics sent up beside the samples.</param>
/// <param name="ParameterBytesDown">Bytes of parameter sets sent down.</param>
public sealed record TestTimeResult(FloatTensor Logits, IReadOnlyList<int> Uploaded, long StatisticsBytesUp = 0, long ParameterBytesDown = 0);
