using System.Runtime.InteropServices;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>
/// Statistics of a model's source data, kept as metadata in the model file where its layers hold others. A model whose
/// BatchNormalization was folded away can be given layers of γ = 1, β = 0, μ = 0, σ² + ε = 1, which change no bit of what it
/// computes, but say nothing of the source.
/// </summary>
public static class SourceStatistics
{
    private const string Prefix = "edgeadapt.source-statistics:";

    /// <summary>Writes one layer's statistics into a model, in place of any that it keeps.</summary>
    /// <param name="model">The model to change.</param>
    /// <param name="scaleName">Name of the layer's γ.</param>
    /// <param name="statistics">Mean and variance of the layer's input over the source data, <c>[C]</c> each.</param>
    public static void Write(ModelProto model, string scaleName, LayerStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(statistics);
        string key = Prefix + scaleName;
        StringStringEntryProto[] others = [.. model.MetadataProps.Where(p => p.Key != key)];
        float[] values = [.. statistics.Mean, .. statistics.Variance];
        model.MetadataProps.Clear();
        model.MetadataProps.AddRange(others);
        model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values)) });
    }

    /// <summary>
    /// The parameters of a layer under its source statistics: μ and σ² as kept, and γ = √(σ² + ε)·γ₀, β = β₀ + γ₀·μ of the layer's own
    /// γ₀ and β₀, under which it computes what it computes as it stands (to rounding).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">One of its layers.</param>
    /// <param name="own">The layer's parameters as the graph holds them.</param>
    /// <returns><paramref name="own"/> where the file keeps no statistics of the layer.</returns>
    /// <exception cref="OnnxModelException">The file keeps statistics that cannot be read.</exception>
    internal static LayerParameters Complete(OnnxModel model, NormalizationLayer layer, LayerParameters own)
    {
        if (!layer.HasStatistics || model.Proto.MetadataProps.FirstOrDefault(p => p.Key == Prefix + layer.ScaleName) is not { } entry)
        {
            return own;
        }

        byte[] bytes = new byte[8 * layer.Channels];
        if (!Convert.TryFromBase64String(entry.Value, bytes, out int length) || length != bytes.Length)
        {
            throw new OnnxModelException($"'{model.Name}' keeps source statistics of '{layer.Name}' that cannot be read. Prepare the model again.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bytes);
        float[] mean = values[..layer.Channels].ToArray();
        float[] variance = values[layer.Channels..].ToArray();
        var scale = new float[layer.Channels];
        var bias = new float[layer.Channels];
        for (int c = 0; c < layer.Channels; c++)
        {
            // y = (γ₀/√(σ₀² + ε))·(x − μ₀) + β₀, with the identity's σ₀² + ε = 1 and μ₀ = 0 as one case of many.
            double slope = own.Scale[c] / Math.Sqrt((double)own.Variance[c] + layer.Epsilon);
            scale[c] = (float)(slope * Math.Sqrt((double)variance[c] + layer.Epsilon));
            bias[c] = (float)(own.Bias[c] + (slope * ((double)mean[c] - own.Mean[c])));
        }

        return new LayerParameters(scale, bias, mean, variance);
    }
}
