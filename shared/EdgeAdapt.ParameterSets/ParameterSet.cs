namespace EdgeAdapt.ParameterSets;

/// <summary>
/// The normalization parameters of one model: for each layer scale, bias, mean and variance, named as the model names
/// them. Immutable by convention: arrays are not written to after construction.
/// </summary>
/// <param name="Manifest">What the set is and whom it fits.</param>
/// <param name="Tensors">One-dimensional float32 tensors <c>[C]</c> by name.</param>
public sealed record ParameterSet(ParameterSetManifest Manifest, IReadOnlyDictionary<string, float[]> Tensors)
{
    /// <summary>Number of values in all tensors.</summary>
    public long ValueCount => Tensors.Values.Sum(t => (long)t.Length);
}
