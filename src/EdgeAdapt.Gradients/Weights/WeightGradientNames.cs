namespace EdgeAdapt.Gradients.Weights;

/// <summary>Names of the inputs and outputs that a graph for training with labels has beyond <see cref="GradientGraphNames"/>. Trained weights keep their names.</summary>
public static class WeightGradientNames
{
    /// <summary>Input <c>[N, K]</c>: 1 at each image's class, else 0.</summary>
    public const string Labels = "edgeadapt.labels";

    /// <summary>Output, scalar: the mean cross entropy in nats.</summary>
    public const string Loss = "edgeadapt.label_loss";

    /// <summary>Output, in the shape of the weight: dL/dweight.</summary>
    public static string Gradient(string weight) => $"edgeadapt.gradient.{weight}";
}
