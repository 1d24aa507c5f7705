using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Evaluation;

/// <summary>Bytes of a parameter set by its encoding.</summary>
internal static class SetSizes
{
    /// <summary>The size of the file; in float16 its header is taken to be as long as in float32, its tensors half as long.</summary>
    public static long Of(NormalizationModel model, ParameterEncoding encoding)
    {
        long whole = ParameterSetSize.Of(model);
        long values = model.Source.Sum(p => (long)p.Scale.Length + p.Bias.Length + p.Mean.Length + p.Variance.Length);
        return encoding == ParameterEncoding.Float32 ? whole : whole - (2 * values);
    }
}
