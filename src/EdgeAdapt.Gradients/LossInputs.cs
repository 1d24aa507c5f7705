using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients;

/// <summary>What the loss of one step needs besides the student's logits. Defaults are the CEMA authors'.</summary>
public sealed record LossInputs
{
    /// <summary>The teacher's logits <c>[N, K]</c>; needed by <see cref="TrainingLoss.Distillation"/>, refused by <see cref="TrainingLoss.Entropy"/>.</summary>
    public FloatTensor? TeacherLogits { get; init; }

    /// <summary>α, weight of the student's entropy; finite, at least 0. Distillation only.</summary>
    public float Alpha { get; init; } = 3;

    /// <summary>β, weight of the Kullback-Leibler divergence; finite, at least 0. Distillation only.</summary>
    public float Beta { get; init; } = 3;

    /// <summary>γ, weight of the cross entropy to the teacher's most likely class; finite, at least 0. Distillation only.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>T, softens both distributions of the divergence; finite, above 0. Distillation only.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>E_max in nats: sample i weighs exp(E_max − H_i), held constant in the gradient. Null weighs every sample 1. Finite.</summary>
    public float? EntropyMargin { get; init; }

    /// <summary>
    /// <c>[N]</c>, m, the weight of each sample in the mean that the loss is: 1 for one that counts and 0 for one that does
    /// not, or any other; finite, at least 0. Null counts all alike. Masked samples still enter the batch statistics. All
    /// zero is an error: there would be nothing to learn from.
    /// </summary>
    public float[]? SampleMask { get; init; }
}
