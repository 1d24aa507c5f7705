using EdgeAdapt.Storage;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Keeps a device's statistics over restarts, in the form of a parameter set whose tensors are moving and mixed means and variances.</summary>
internal sealed class StatisticsFile(string path, NormalizationModel model, ILogger logger)
{
    private const string MixedPrefix = "mixed:";

    /// <summary>Saves them; a disk that does not take them is logged and costs a new start of the estimate after a restart.</summary>
    public void Save(DeviceStatistics statistics)
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            NormalizationLayer layer = model.Layers[i];
            if (!layer.HasStatistics)
            {
                continue;
            }

            tensors[layer.MeanName] = statistics.Moving[i].Mean;
            tensors[layer.VarianceName] = statistics.Moving[i].Variance;
            tensors[MixedPrefix + layer.MeanName] = statistics.Mixed[i].Mean;
            tensors[MixedPrefix + layer.VarianceName] = statistics.Mixed[i].Variance;
        }

        var manifest = new ParameterSetManifest { BaseModelSha256 = model.Model.Sha256, Version = statistics.Generation, SamplesSeen = statistics.Frames, Scope = "statistics" };
        try
        {
            DurableFile.Write(path, ParameterSetFile.ToBytes(new ParameterSet(manifest, tensors)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.StatisticsNotSaved(logger, e.Message);
        }
    }

    /// <summary>The saved statistics; null where there are none that fit this model.</summary>
    public DeviceStatistics? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            ParameterSet set = ParameterSetFile.FromBytes(File.ReadAllBytes(path));
            if (set.Manifest.BaseModelSha256 != model.Model.Sha256)
            {
                throw new ParameterSetFormatException("they belong to another model.");
            }

            return new DeviceStatistics(Read(set, string.Empty), Read(set, MixedPrefix), Math.Max(set.Manifest.Version, 1), Math.Max(set.Manifest.SamplesSeen, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ParameterSetFormatException)
        {
            Log.SavedStatisticsRefused(logger, path, e.Message);
            return null;
        }
    }

    private List<LayerStatistics> Read(ParameterSet set, string prefix) =>
    [
        .. model.Layers.Select(layer => !layer.HasStatistics ? LayerStatistics.None : new LayerStatistics(
            Tensor(set, prefix + layer.MeanName, layer.Channels, float.NegativeInfinity), Tensor(set, prefix + layer.VarianceName, layer.Channels, 0))),
    ];

    private static float[] Tensor(ParameterSet set, string name, int channels, float minimum) =>
        set.Tensors.TryGetValue(name, out float[]? values) && values.Length == channels && values.All(v => float.IsFinite(v) && v >= minimum)
            ? values
            : throw new ParameterSetFormatException($"'{name}' is missing or damaged.");
}
