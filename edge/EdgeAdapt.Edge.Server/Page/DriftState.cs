using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Telemetry;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>The drift telemetry of the device as the page's API gives it: the last complete window beside all frames since the start.</summary>
internal static class DriftState
{
    /// <summary>Of a model with a thousand classes only the most frequent ones are of use to a reader.</summary>
    private const int MostClasses = 32;

    public static object Describe(DeviceModel model)
    {
        DriftSnapshot drift = model.Drift;
        return new
        {
            time = drift.Taken,
            frames = drift.Total.Frames,
            window_frames = drift.WindowFrames,
            suspicion = drift.Suspicion,
            reference_entropy = drift.ReferenceEntropy,
            adaptive_window_frames = drift.AdaptiveWindowFrames,
            shift = drift.Shift,
            hellinger = drift.Hellinger,
            layers = drift.Layers.Select(l => new { name = l.Layer, shift = l.Shift, hellinger = l.Hellinger }),
            total = Describe(drift.Total),
            recent = drift.Last is { } last ? Describe(last) : null,
            classes = Classes(model, drift.Last, drift.Total),
            found = drift.Changes,
            changes = drift.RecentChanges.Select(c => new
            {
                time = c.Time,
                detector = c.Detector.ToString().ToLowerInvariant(),
                direction = c.Direction.ToString().ToLowerInvariant(),
                frame = c.Frame,
                version = c.ParameterVersion,
                parameters_changed = c.ParametersChanged,
            }),
        };
    }

    private static object Describe(DriftWindow window) => new
    {
        frames = window.Frames,
        mean_entropy = Finite(window.MeanEntropy),
        mean_confidence = Finite(window.MeanConfidence),
        entropy = window.Entropy,
        confidence = window.Confidence,
    };

    private static object Classes(DeviceModel model, DriftWindow? recent, DriftWindow total) =>
        total.Classes.Select((frames, i) => new { label = model.Manifest.LabelOf(i), @class = i, total = frames, recent = recent?.Classes[i] ?? frames })
            .Where(c => c.total > 0).OrderByDescending(c => c.total).Take(MostClasses);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
