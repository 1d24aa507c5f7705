namespace EdgeAdapt.Onnx.Normalization;

/// <summary>One normalization layer of a model and the names of its tensors: γ, β and, for BatchNormalization, running mean and variance.</summary>
/// <param name="Name">The layer's name: what its parameter names have in common, or the node's name.</param>
/// <param name="Node">Index in the graph of the node that computes its value: the last one of a decomposed layer.</param>
/// <param name="Channels">C: the number of values in γ and in β.</param>
/// <param name="Epsilon">Added to the variance under the root; 0 for <see cref="NormalizationKind.Affine"/>.</param>
/// <param name="ScaleName">Name of γ in parameter sets; unique in the model.</param>
/// <param name="BiasName">Name of β in parameter sets; unique in the model.</param>
/// <param name="MeanName">Name of the running mean in parameter sets, unique in the model; empty without running statistics.</param>
/// <param name="VarianceName">Name of the running variance in parameter sets, unique in the model; empty without running statistics.</param>
public sealed record NormalizationLayer(
    string Name, int Node, int Channels, float Epsilon, string ScaleName, string BiasName, string MeanName, string VarianceName)
{
    /// <summary>What the layer normalizes over.</summary>
    public NormalizationKind Kind { get; init; }

    /// <summary>How its value is computed; null for <see cref="NormalizationKind.Batch"/>.</summary>
    public NormalizationForm? Form { get; init; }

    /// <summary>Dimensions of γ and β in the model's graph: <c>[C]</c>, or for a decomposed layer what broadcasts, as <c>[C, 1, 1]</c>.</summary>
    public IReadOnlyList<long> TensorShape { get; init; } = [Channels];

    /// <summary>Whether it has a running mean and variance.</summary>
    public bool HasStatistics => Kind == NormalizationKind.Batch;

    /// <summary>Number of values in its running mean and in its variance: C, or 0 without running statistics.</summary>
    public int StatisticsLength => HasStatistics ? Channels : 0;

    /// <summary>
    /// The names of the tensors that it has in the order scale, bias, mean, variance: four for BatchNormalization, whose inputs
    /// have that order, and two for the others.
    /// </summary>
    public IReadOnlyList<string> TensorNames { get; } = MeanName.Length == 0 ? [ScaleName, BiasName] : [ScaleName, BiasName, MeanName, VarianceName];
}
