namespace EdgeAdapt.Onnx.Normalization;

/// <summary>One normalization layer of a model and the names of its four tensors <c>[C]</c>.</summary>
/// <param name="Name">The layer's name: what its parameter names have in common, or the node's name.</param>
/// <param name="Node">Index of its node in the graph.</param>
/// <param name="Channels">C.</param>
/// <param name="Epsilon">Added to the variance under the root.</param>
/// <param name="ScaleName">Name of γ in parameter sets; unique in the model.</param>
/// <param name="BiasName">Name of β in parameter sets; unique in the model.</param>
/// <param name="MeanName">Name of the running mean in parameter sets; unique in the model.</param>
/// <param name="VarianceName">Name of the running variance in parameter sets; unique in the model.</param>
public sealed record NormalizationLayer(
    string Name, int Node, int Channels, float Epsilon, string ScaleName, string BiasName, string MeanName, string VarianceName)
{
    /// <summary>The four tensor names in the order scale, bias, mean, variance: the order of BatchNormalization's inputs.</summary>
    public IReadOnlyList<string> TensorNames { get; } = [ScaleName, BiasName, MeanName, VarianceName];
}
