using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>One normalization layer in a report.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Kind">What it normalizes over.</param>
/// <param name="Channels">C.</param>
/// <param name="Epsilon">Added to the variance under the root.</param>
/// <param name="Tensors">Names of scale and bias, and of mean and variance where it has them.</param>
internal sealed record InspectedLayer(string Name, NormalizationKind Kind, int Channels, float Epsilon, IReadOnlyList<string> Tensors);
