using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>What one forward and backward pass with labels yields.</summary>
/// <param name="Loss">Mean cross entropy in nats.</param>
/// <param name="Logits">The model's logits <c>[N, K]</c> before any update.</param>
/// <param name="Gradients">dL/dγ and dL/dβ, one entry a layer in the model's order.</param>
/// <param name="BatchStatistics">Mean and biased variance of each layer's input over this batch, one entry a layer.</param>
/// <param name="WeightGradients">dL/dweight in the shape of the weight, one entry a trained weight in the order given.</param>
public sealed record LabelTrainingResult(
    float Loss, FloatTensor Logits, IReadOnlyList<LayerGradient> Gradients, IReadOnlyList<LayerStatistics> BatchStatistics,
    IReadOnlyList<FloatTensor> WeightGradients);
