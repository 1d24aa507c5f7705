namespace EdgeAdapt.Testing.Models;

/// <summary>How exporters write a normalization layer.</summary>
public enum NormalizationStyle
{
    /// <summary>The operator LayerNormalization (opset 17) over C, H and W.</summary>
    LayerOperator,

    /// <summary>PyTorch's LayerNorm below opset 17: ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add over the channels as last axis.</summary>
    LayerPow,

    /// <summary>ConvNeXt's channels-first form: the square as Mul, a reciprocal root, factors the other way round, over axis 1.</summary>
    LayerChannelsFirst,

    /// <summary>TensorFlow's batch_normalization, as Keras writes LayerNormalization: x · gain + (β − mean · gain).</summary>
    LayerMovedMean,

    /// <summary>The operator InstanceNormalization.</summary>
    InstanceOperator,

    /// <summary>PyTorch's GroupNorm: InstanceNormalization between two reshapes, scale and bias unsqueezed behind it.</summary>
    GroupReshape,

    /// <summary>The operator GroupNormalization of opset 18: one scale a group.</summary>
    GroupOperator18,

    /// <summary>The operator GroupNormalization of opset 21: one scale a channel.</summary>
    GroupOperator21,

    /// <summary>A Mul and an Add behind a convolution.</summary>
    Affine,
}
