using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>The parameters of an earlier condition.</summary>
/// <param name="Parameters">One entry a layer; only scale and bias are used again.</param>
/// <param name="Score">How they compare with the current ones.</param>
public sealed record StoredParameters(IReadOnlyList<LayerParameters> Parameters, GuardScore Score);
