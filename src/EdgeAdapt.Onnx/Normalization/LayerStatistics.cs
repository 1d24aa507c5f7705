namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Mean and variance of one normalization layer's input, each <c>[C]</c>. Arrays are never written to after construction.</summary>
/// <param name="Mean">μ; empty for a layer without running statistics.</param>
/// <param name="Variance">σ², at least 0; empty for a layer without running statistics.</param>
public sealed record LayerStatistics(float[] Mean, float[] Variance)
{
    /// <summary>The statistics of a layer that has none.</summary>
    public static LayerStatistics None { get; } = new([], []);
}
