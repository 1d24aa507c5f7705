namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Mean and variance of one normalization layer's input, each <c>[C]</c>. Arrays are never written to after construction.</summary>
/// <param name="Mean">μ.</param>
/// <param name="Variance">σ², at least 0.</param>
public sealed record LayerStatistics(float[] Mean, float[] Variance);
