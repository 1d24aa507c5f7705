using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>A parameter set that has proved itself, or the model as built.</summary>
/// <param name="Version">Its version; 0 for the model as built.</param>
/// <param name="Parameters">One entry a layer.</param>
internal sealed record GoodSet(long Version, IReadOnlyList<LayerParameters> Parameters);
