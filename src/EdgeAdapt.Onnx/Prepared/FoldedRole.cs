namespace EdgeAdapt.Onnx.Prepared;

/// <summary>How a tensor of a folded graph depends on a normalization layer.</summary>
internal enum FoldedRole
{
    /// <summary>A convolution's weight: each output channel times γ/√(σ² + ε).</summary>
    Weight,

    /// <summary>A convolution's bias b: β + (b − μ)·γ/√(σ² + ε).</summary>
    Bias,

    /// <summary>One of the layer's own tensors, where the layer stays a layer.</summary>
    Parameter,
}
