namespace EdgeAdapt.Onnx.Normalization;

/// <summary>A normalization layer found in a graph, before its tensors have names of their own.</summary>
/// <param name="Kind">What it normalizes over.</param>
/// <param name="Node">Index of the node that computes its value.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Form">How its value is computed; null for BatchNormalization.</param>
/// <param name="Slots">Where its tensors are read, in the order of <see cref="NormalizationLayer.TensorNames"/>: index of a node and of its input.</param>
internal sealed record LayerMatch(
    NormalizationKind Kind, int Node, float Epsilon, NormalizationForm? Form, IReadOnlyList<(int Node, int Input)> Slots);
