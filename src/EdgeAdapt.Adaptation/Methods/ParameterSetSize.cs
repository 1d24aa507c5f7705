using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Adaptation;

/// <summary>Bytes of a parameter set on the wire.</summary>
public static class ParameterSetSize
{
    /// <summary>The size of the file that holds every tensor of each of the model's layers.</summary>
    public static long Of(NormalizationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var manifest = new ParameterSetManifest { BaseModelSha256 = model.Model.Sha256, Version = 1 };
        return ParameterSetFile.ToBytes(model.Pack(manifest, model.Source)).Length;
    }
}
