using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Decides whether a parameter set may be put into a model.</summary>
public static class ParameterSetCheck
{
    /// <summary>The first fault of a set, with its remedy, or null where the set fits.</summary>
    /// <param name="set">The set to judge.</param>
    /// <param name="modelSha256">Hash of the model file that it would go into.</param>
    /// <param name="layers">That model's layers.</param>
    public static string? FindFault(ParameterSet set, string modelSha256, IReadOnlyList<NormalizationLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(layers);
        if (!string.Equals(set.Manifest.BaseModelSha256, modelSha256, StringComparison.OrdinalIgnoreCase))
        {
            return $"the set belongs to the model {Short(set.Manifest.BaseModelSha256)} and this one is {Short(modelSha256)}; " +
                "publish a set that was trained for this model file";
        }

        foreach (NormalizationLayer layer in layers)
        {
            foreach (string name in layer.TensorNames)
            {
                if (!set.Tensors.TryGetValue(name, out float[]? values))
                {
                    return $"the set lacks the tensor '{name}'; publish a set that holds every layer";
                }

                if (values.Length != layer.Channels)
                {
                    return $"the tensor '{name}' has {values.Length} values and the layer has {layer.Channels} channels; publish a set of this model";
                }

                if (Array.FindIndex(values, v => !float.IsFinite(v)) is var bad and >= 0)
                {
                    return $"the tensor '{name}' holds {values[bad]} at index {bad}; the training has diverged, publish an earlier version";
                }
            }

            if (layer.HasStatistics && Array.FindIndex(set.Tensors[layer.VarianceName], v => v < 0) is var negative and >= 0)
            {
                return $"the variance '{layer.VarianceName}' is negative at index {negative}; the set is damaged, publish it again";
            }
        }

        int expected = layers.Sum(l => l.TensorNames.Count);
        return set.Tensors.Count == expected
            ? null
            : $"the set holds {set.Tensors.Count} tensors and the model takes {expected}; publish a set of this model";
    }

    private static string Short(string sha256) => sha256.Length > 12 ? sha256[..12] : sha256;
}
