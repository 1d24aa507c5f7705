using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>A received set that fits the model and may be tried.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Parameters">One entry a layer.</param>
/// <param name="Content">Its bytes as received.</param>
/// <param name="Signature">What signed them, or null.</param>
internal sealed record Candidate(ParameterSetManifest Manifest, IReadOnlyList<LayerParameters> Parameters, ReadOnlyMemory<byte> Content, ParameterSignature? Signature)
{
    /// <summary>Its version.</summary>
    public long Version => Manifest.Version;

    /// <summary>When it was made, or sent anew after that; null where it does not say.</summary>
    public DateTimeOffset? Time => Manifest.Reissued ?? Manifest.Created;
}
