using EdgeAdapt.Onnx;

namespace EdgeAdapt.Preparation;

/// <summary>A model with normalization layers and their source statistics.</summary>
/// <param name="Model">The model; it answers as the original does.</param>
/// <param name="Convolutions">Every convolution, in graph order; empty where the model had its layers.</param>
/// <param name="Layers">Normalization layers that it has now.</param>
/// <param name="Samples">Images that the statistics were taken from.</param>
public sealed record PreparedModel(OnnxModel Model, IReadOnlyList<Convolution> Convolutions, int Layers, long Samples);
