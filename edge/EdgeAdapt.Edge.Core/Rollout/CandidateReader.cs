using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Checks a published set as far as it can be checked without running it: signature, form, group, version, model, names, shapes, values, distance.</summary>
internal sealed class CandidateReader(NormalizationModel model, RolloutOptions options)
{
    private const string OfflineScope = "offline";

    /// <summary>Reads a publication.</summary>
    /// <param name="message">What was published.</param>
    /// <param name="active">The version that answers now.</param>
    /// <param name="record">What has become of earlier sets.</param>
    /// <param name="version">The set's version, where it could be read.</param>
    /// <param name="fault">Why it must not be tried, with the remedy.</param>
    /// <returns>What may be tried; null where there is a fault, and where the set is the one that answers now.</returns>
    public Candidate? Read(MqttMessage message, long active, RolloutRecord record, out long? version, out string? fault)
    {
        version = null;

        // Before anything else is believed of the bytes.
        ParameterSignature? signature = ParametersPublication.SignatureOf(message);
        fault = options.Trusted.FindFault(message.Payload.Span, signature);
        if (fault is not null || !ParametersPublication.TryParse(message, out ParametersPublication? publication, out fault))
        {
            return null;
        }

        ParameterSetManifest manifest = publication.Set.Manifest;
        version = manifest.Version;
        if (manifest.Version == active)
        {
            // The broker repeats the retained set at each connection.
            return null;
        }

        fault = FindScopeFault(manifest) ?? FindVersionFault(manifest, active, record);
        if (fault is not null || model.TryUnpack(publication.Set, out fault) is not { } parameters)
        {
            return null;
        }

        fault = LayerDistance.FindFault(model, parameters, options.Guard);
        return fault is null ? new Candidate(manifest, parameters, message.Payload, signature) : null;
    }

    // A signature says who made a set, not for whom: a set of another group, played back here, would carry a good one.
    private string? FindScopeFault(ParameterSetManifest manifest) => !options.Trusted.Any || manifest.Scope == options.Group || manifest.Scope == OfflineScope ? null :
        $"it was signed for the group '{manifest.Scope}' and this device is in '{options.Group}'; publish a set of this group";

    private static string? FindVersionFault(ParameterSetManifest manifest, long active, RolloutRecord record)
    {
        if (IsSentAnew(manifest, record))
        {
            return null;
        }

        if (record.Reverted.FirstOrDefault(r => r.Version == manifest.Version) is { } reverted)
        {
            return $"this device took it back at {reverted.Time:yyyy-MM-dd HH:mm:ss}Z because {reverted.Reason}; " +
                "publish a higher version, or send it anew with POST /api/v1/groups/{group}/parameters/{version}/reissue at the cloud service";
        }

        // Also below one that is active no more: its signature is as good as ever, so whoever kept it could play it back after each reversal.
        return manifest.Version > active && manifest.Version >= record.Highest ? null :
            $"version {Math.Max(active, record.Highest)} {(active >= record.Highest ? "is" : "was")} active already. Publish a higher version, send this one anew with " +
            "POST /api/v1/groups/{group}/parameters/{version}/reissue at the cloud service, or delete the folder 'parameters' in the state folder to start over";
    }

    // Once only: the same message comes again with each connection, and may have failed its trial meanwhile. And not one of before the newest set: that word is outdated.
    private static bool IsSentAnew(ParameterSetManifest manifest, RolloutRecord record) => manifest.Reissued is { } time && !(time <= record.Newest);
}
