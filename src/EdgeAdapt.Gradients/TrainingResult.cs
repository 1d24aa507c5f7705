using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients;

/// <summary>What one forward and backward pass yields. The losses are in nats and already carry their weights.</summary>
/// <param name="Loss">The sum of the three parts; what the gradients belong to.</param>
/// <param name="EntropyLoss">The entropy part (times α in distillation).</param>
/// <param name="DistillationLoss">β times the divergence; 0 for the entropy loss.</param>
/// <param name="PseudoLabelLoss">γ times the cross entropy; 0 for the entropy loss.</param>
/// <param name="Logits">The model's logits <c>[N, K]</c> before any update. Not clamped.</param>
/// <param name="Gradients">dL/dγ and dL/dβ, one entry a layer in the model's order.</param>
/// <param name="BatchStatistics">
/// Mean and variance of each layer's input over this batch (masked samples included), one entry a layer. The variance is the
/// unbiased one for <see cref="TrainingStatistics.BatchRenormalization"/> and the biased one for <see cref="TrainingStatistics.Batch"/>.
/// </param>
public sealed record TrainingResult(
    float Loss, float EntropyLoss, float DistillationLoss, float PseudoLabelLoss, FloatTensor Logits,
    IReadOnlyList<LayerGradient> Gradients, IReadOnlyList<LayerStatistics> BatchStatistics);
