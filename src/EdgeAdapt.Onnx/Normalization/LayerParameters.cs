namespace EdgeAdapt.Onnx.Normalization;

/// <summary>The parameters of one normalization layer, each <c>[C]</c>. Arrays are never written to after construction.</summary>
/// <param name="Scale">γ.</param>
/// <param name="Bias">β.</param>
/// <param name="Mean">The running mean μ; empty for a layer without running statistics.</param>
/// <param name="Variance">The running variance σ²; empty for a layer without running statistics.</param>
public sealed record LayerParameters(float[] Scale, float[] Bias, float[] Mean, float[] Variance)
{
    /// <summary>The tensors in the order of <see cref="NormalizationLayer.TensorNames"/>.</summary>
    public float[] this[int index] => index switch
    {
        0 => Scale,
        1 => Bias,
        2 => Mean,
        3 => Variance,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };
}
