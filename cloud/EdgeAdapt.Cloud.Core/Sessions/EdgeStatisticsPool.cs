using System.Collections.Concurrent;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// What the devices of a group see, combined: the mixture of the latest report of each device. Thread safe.
/// </summary>
public sealed class EdgeStatisticsPool
{
    /// <summary>
    /// Frames beyond which a device weighs no more. Its statistics are a moving average over recent frames: one that has run for a
    /// month describes the present no better than one that has run for an hour, but one that has seen ten frames does worse.
    /// </summary>
    public const long FullWeightFrames = 640;

    private readonly ConcurrentDictionary<string, DeviceStatistics> _latest = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<NormalizationLayer> _layers;
    private readonly TimeSpan _maximumAge;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="layers">The model's layers; a report must fit them.</param>
    /// <param name="maximumAge">A report older than this no longer counts: the device is off or elsewhere.</param>
    public EdgeStatisticsPool(IReadOnlyList<NormalizationLayer> layers, TimeSpan maximumAge)
    {
        _layers = layers;
        _maximumAge = maximumAge;
    }

    /// <summary>The latest report of each device.</summary>
    public IReadOnlyDictionary<string, DeviceStatistics> Latest => _latest;

    /// <summary>Takes a device's report in place of its previous one.</summary>
    /// <returns>Whether it fits the model: every layer, finite, no negative variance, at least one frame.</returns>
    public bool TryReport(string device, DeviceStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        bool fits = statistics.Frames > 0 && statistics.Layers.Count == _layers.Count
            && _layers.Zip(statistics.Layers).All(pair => Fits(pair.First, pair.Second));
        if (fits)
        {
            _latest[device] = statistics;
        }

        return fits;
    }

    /// <summary>The combined statistics, or null where no report is recent enough.</summary>
    /// <param name="now">The present.</param>
    public IReadOnlyList<LayerStatistics>? Combine(DateTimeOffset now)
    {
        // In the order of names: sums in another order would differ in the last bit, and a run must be repeatable.
        (IReadOnlyList<LayerStatistics>, double)[] recent =
        [
            .. _latest.Where(p => now - p.Value.Received <= _maximumAge).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => (p.Value.Layers, (double)Math.Min(p.Value.Frames, FullWeightFrames))),
        ];
        return recent.Length == 0 ? null : MixtureMoments.Of(recent);
    }

    private static bool Fits(NormalizationLayer layer, LayerStatistics statistics) =>
        statistics.Mean.Length == layer.StatisticsLength && statistics.Variance.Length == layer.StatisticsLength
        && statistics.Mean.All(float.IsFinite) && statistics.Variance.All(v => float.IsFinite(v) && v >= 0);
}
