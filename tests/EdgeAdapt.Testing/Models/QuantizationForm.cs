namespace EdgeAdapt.Testing.Models;

/// <summary>The choices of a static quantizer.</summary>
public sealed record QuantizationForm
{
    /// <summary>What ONNX Runtime's quantizer does unless told otherwise: uint8 activations, int8 weights with one scale a tensor.</summary>
    public static QuantizationForm Default { get; } = new();

    /// <summary>One scale for each output channel of a weight instead of one for all.</summary>
    public bool PerChannel { get; init; }

    /// <summary>Weights uint8 around a zero point of their own instead of int8 around 0.</summary>
    public bool UnsignedWeights { get; init; }

    /// <summary>Activations int8 around 0; rectifiers stay as nodes between two quantizations.</summary>
    public bool SignedActivations { get; init; }

    /// <summary>Biases stay float32.</summary>
    public bool FloatBias { get; init; }

    /// <summary>Version of the operator set to write.</summary>
    public long Opset { get; init; } = 14;
}
