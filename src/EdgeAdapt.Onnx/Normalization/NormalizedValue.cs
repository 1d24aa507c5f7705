namespace EdgeAdapt.Onnx.Normalization;

/// <summary>(v − mean v) / √(var v + ε), written by several nodes; scale and shift are not part of it.</summary>
/// <param name="Input">Name of the value that is normalized.</param>
/// <param name="Groups">G where v is the input seen as <c>[N, G, …]</c>, else 0.</param>
/// <param name="Axes">The axes of mean and variance.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Nodes">The nodes that compute it.</param>
internal sealed record NormalizedValue(string Input, long Groups, IReadOnlyList<long> Axes, float Epsilon, IReadOnlySet<int> Nodes);
