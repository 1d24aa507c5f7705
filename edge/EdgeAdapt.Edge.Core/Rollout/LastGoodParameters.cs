using EdgeAdapt.Storage;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Keeps the newest parameter set that worked, so that a restart without a connection does not fall back to the model as built.</summary>
internal sealed class LastGoodParameters(string path, NormalizationModel model, string group, ILogger logger)
{
    /// <summary>Saves a set that is active now; a disk that does not take it is logged.</summary>
    public void Save(ParameterSet set)
    {
        try
        {
            DurableFile.Write(path, ParameterSetFile.ToBytes(set with { Manifest = set.Manifest with { Scope = group } }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.ParametersNotSaved(logger, set.Manifest.Version, e.Message);
        }
    }

    /// <summary>The saved set, checked as a received one is; the model file's own parameters where there is none that fits.</summary>
    public (long Version, IReadOnlyList<LayerParameters> Parameters) Load()
    {
        if (File.Exists(path))
        {
            try
            {
                ParameterSet set = ParameterSetFile.FromBytes(File.ReadAllBytes(path));

                // Versions count within a group: those of another group would make this one's look old for ever.
                string? fault = set.Manifest.Scope == group ? null : $"they belong to the group '{set.Manifest.Scope}' and the agent is in '{group}' now.";
                if (fault is null && model.TryUnpack(set, out fault) is { } parameters)
                {
                    return (set.Manifest.Version, parameters);
                }

                Log.SavedParametersRefused(logger, path, fault!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ParameterSetFormatException)
            {
                Log.SavedParametersRefused(logger, path, e.Message);
            }
        }

        return (0, model.Source);
    }
}
