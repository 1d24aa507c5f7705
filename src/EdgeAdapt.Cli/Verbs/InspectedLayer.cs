namespace EdgeAdapt.Cli.Verbs;

/// <summary>One normalization layer in a report.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Channels">C.</param>
/// <param name="Epsilon">Added to the variance under the root.</param>
/// <param name="Tensors">Names of scale, bias, mean and variance.</param>
internal sealed record InspectedLayer(string Name, int Channels, float Epsilon, IReadOnlyList<string> Tensors);
