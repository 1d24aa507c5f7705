namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// How a layer without running statistics computes its value: y = γ·(v − mean v) / √(var v + ε) + β, where v is its input, or
/// its input <c>[N, C, …]</c> seen as <c>[N, G, …]</c>, and the variance is the biased one. A decomposed layer reads as one operator this way.
/// </summary>
/// <param name="Input">Name of the value that is normalized.</param>
/// <param name="Groups">G; 0 where the input is taken as it is.</param>
/// <param name="Axes">The axes of v that mean and variance run over, from the front or (negative) from the end; none for <see cref="NormalizationKind.Affine"/>, and none with <paramref name="Groups"/>, where they are all but the first two.</param>
/// <param name="Scale">How γ and β lie along the value.</param>
public sealed record NormalizationForm(string Input, long Groups, IReadOnlyList<long> Axes, NormalizationScale Scale);
