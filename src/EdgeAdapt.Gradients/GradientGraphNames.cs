using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Gradients;

/// <summary>
/// Names of the inputs and outputs of a gradient graph. The image input and each layer's parameters keep the names
/// they have in the model.
/// </summary>
public static class GradientGraphNames
{
    /// <summary>Input <c>[N]</c>: 1 where a sample counts in the loss, else 0.</summary>
    public const string SampleMask = "edgeadapt.sample_mask";

    /// <summary>Input, scalar: 1 to weigh samples by exp(E_max − H), 0 to weigh each 1.</summary>
    public const string WeighByEntropy = "edgeadapt.weigh_by_entropy";

    /// <summary>Input, scalar: E_max in nats.</summary>
    public const string EntropyMargin = "edgeadapt.entropy_margin";

    /// <summary>Input <c>[N, K]</c>, distillation only.</summary>
    public const string TeacherLogits = "edgeadapt.teacher_logits";

    /// <summary>Input, scalar, distillation only: α.</summary>
    public const string Alpha = "edgeadapt.alpha";

    /// <summary>Input, scalar, distillation only: β.</summary>
    public const string Beta = "edgeadapt.beta";

    /// <summary>Input, scalar, distillation only: γ of the loss.</summary>
    public const string Gamma = "edgeadapt.gamma";

    /// <summary>Input, scalar, distillation only: T.</summary>
    public const string Temperature = "edgeadapt.temperature";

    /// <summary>Output <c>[3]</c>: the entropy, distillation and pseudo label losses, weighted.</summary>
    public const string Losses = "edgeadapt.losses";

    /// <summary>Output <c>[N, K]</c>.</summary>
    public const string Logits = "edgeadapt.logits";

    /// <summary>The outputs of one layer, each <c>[C]</c>: dL/dγ, dL/dβ and, where the layer has statistics, batch mean and batch variance.</summary>
    public static IReadOnlyList<string> LayerOutputs(NormalizationLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        string[] gradients = [$"edgeadapt.gradient.{layer.ScaleName}", $"edgeadapt.gradient.{layer.BiasName}"];
        return layer.HasStatistics ? [.. gradients, $"edgeadapt.batch.{layer.MeanName}", $"edgeadapt.batch.{layer.VarianceName}"] : gradients;
    }
}
