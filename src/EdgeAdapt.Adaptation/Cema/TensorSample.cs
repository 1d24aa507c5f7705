namespace EdgeAdapt.Adaptation;

/// <summary>A sample that lies preprocessed in memory.</summary>
/// <param name="id">What the sample is called.</param>
/// <param name="values"><c>[C, H, W]</c>; shared, not copied.</param>
public sealed class TensorSample(string id, ReadOnlyMemory<float> values) : IAdaptationSample
{
    /// <inheritdoc/>
    public string Id { get; } = id;

    /// <inheritdoc/>
    public void CopyTo(Span<float> destination) => values.Span.CopyTo(destination);
}
