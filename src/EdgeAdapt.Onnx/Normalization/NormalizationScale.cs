namespace EdgeAdapt.Onnx.Normalization;

/// <summary>How a layer's scale and bias lie along its value.</summary>
public enum NormalizationScale
{
    /// <summary>By ONNX broadcasting, in the shape that the model gives them.</summary>
    Broadcast,

    /// <summary><c>[C]</c> along axis 1 of a value <c>[N, C, …]</c>.</summary>
    Channel,

    /// <summary><c>[G]</c>, one a group of channels, as GroupNormalization of operator sets 18 to 20 has it.</summary>
    Group,
}
