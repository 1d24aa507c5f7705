using EdgeAdapt.Adaptation;
using EdgeAdapt.Storage;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Keeps a device's statistics over restarts, in the form of a parameter set whose tensors are means and variances. They are refreshed every few seconds and saved seldom,
/// since a device's flash wears out: 115 kB of a ResNet-18 every three seconds are a terabyte a year. One thread at a time.
/// </summary>
internal sealed class StatisticsFile(string path, NormalizationModel model, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SavePeriod = TimeSpan.FromMinutes(10);
    private const string MixedPrefix = "mixed:";
    private const string RecentPrefix = "recent:";
    private const string NoiseName = "memory:noise";
    private const string CountsName = "memory:counts";
    private DeviceStatistics? _unsaved;
    private long? _savedAt;

    /// <summary>Takes the newest ones: saves them where none were saved for ten minutes.</summary>
    public void Offer(DeviceStatistics statistics)
    {
        _unsaved = statistics;
        if (_savedAt is not { } saved || time.GetElapsedTime(saved) >= SavePeriod)
        {
            Save();
        }
    }

    /// <summary>Saves what has not been saved; a disk that does not take it is logged and costs a new start of the estimate after a restart.</summary>
    public void Save()
    {
        if (_unsaved is { } statistics)
        {
            _unsaved = null;
            _savedAt = time.GetTimestamp();
            Write(statistics);
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

            return new DeviceStatistics(ReadMemory(set), Read(set, MixedPrefix), Math.Max(set.Manifest.Version, 1), Math.Max(set.Manifest.SamplesSeen, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ParameterSetFormatException)
        {
            Log.SavedStatisticsRefused(logger, path, e.Message);
            return null;
        }
    }

    private void Write(DeviceStatistics statistics)
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            NormalizationLayer layer = model.Layers[i];
            if (!layer.HasStatistics)
            {
                continue;
            }

            foreach ((string prefix, LayerStatistics values) in new[]
            {
                (string.Empty, statistics.Memory.Average[i]), (RecentPrefix, statistics.Memory.Recent[i]), (MixedPrefix, statistics.Mixed[i]),
            })
            {
                tensors[prefix + layer.MeanName] = values.Mean;
                tensors[prefix + layer.VarianceName] = values.Variance;
            }
        }

        if (statistics.Memory.Noise.Length > 0)
        {
            tensors[NoiseName] = statistics.Memory.Noise;
        }

        tensors[CountsName] = [statistics.Memory.Images, statistics.Memory.RecentImages, statistics.Memory.NoiseWeight];

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

    private StatisticsMemory ReadMemory(ParameterSet set)
    {
        float[] noise = set.Tensors.ContainsKey(NoiseName) ? Tensor(set, NoiseName, model.Layers.Count, 0) : [];
        float[] counts = Tensor(set, CountsName, 3, 0);
        return counts[0] > 0 && counts[1] > 0
            ? new StatisticsMemory(Read(set, string.Empty), counts[0], Read(set, RecentPrefix), counts[1], noise, counts[2])
            : throw new ParameterSetFormatException($"'{CountsName}' is damaged.");
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
