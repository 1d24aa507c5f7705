using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients;

/// <summary>One ONNX graph that runs forward pass, loss and backward pass. Names: <see cref="GradientGraphNames"/>.</summary>
/// <param name="Model">The graph, for any ONNX Runtime execution provider. Read only.</param>
/// <param name="Loss">The loss it computes.</param>
/// <param name="Statistics">The statistics its layers use.</param>
/// <param name="InputName">Name of its image input <c>[N, C, H, W]</c>.</param>
/// <param name="ImageShape">C, H, W that it was built for.</param>
/// <param name="Layers">Its trained layers.</param>
/// <param name="LayerPositions">Spatial positions of one image at each layer's input: H·W there. N times this is the number of values behind a channel's statistics. 0 for a layer without statistics.</param>
/// <param name="Classes">K, the length of one row of logits.</param>
public sealed record GradientGraph(
    ModelProto Model, TrainingLoss Loss, TrainingStatistics Statistics, string InputName, IReadOnlyList<long> ImageShape,
    IReadOnlyList<NormalizationLayer> Layers, IReadOnlyList<long> LayerPositions, int Classes);
