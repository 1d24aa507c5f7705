namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>An output tensor of an answer: numbers, or texts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">FP32 elements, finite, row-major; null for a tensor of texts.</param>
/// <param name="Texts">BYTES elements; null for a tensor of numbers.</param>
/// <param name="IsBinary">Whether it goes out in binary form.</param>
internal sealed record ResponseTensor(string Name, IReadOnlyList<int> Shape, float[]? Values, IReadOnlyList<string>? Texts, bool IsBinary)
{
    /// <summary>Its datatype.</summary>
    public string Datatype => Values is null ? TensorDatatypes.Bytes : TensorDatatypes.Float32;
}
