using EdgeAdapt.Onnx;

namespace EdgeAdapt.Preparation;

/// <summary>A model that got normalization layers.</summary>
/// <param name="Model">The model with its layers, each the identity, and the source statistics of each.</param>
/// <param name="Convolutions">Every convolution, in graph order.</param>
/// <param name="Samples">Images that the statistics were taken from.</param>
public sealed record PreparedModel(OnnxModel Model, IReadOnlyList<Convolution> Convolutions, long Samples);
