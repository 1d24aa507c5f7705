using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Threading;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>Tells of the stream: each change at once, to the log, the report and the cloud; everything to the cloud each period; the detectors' state to the disk.</summary>
/// <param name="telemetry">What is told of.</param>
/// <param name="options">How often.</param>
/// <param name="file">Keeps the state.</param>
/// <param name="report">Receives a line a change.</param>
/// <param name="publish">Takes each message, of which only the newest matters; null where no telemetry may leave the device.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives a line a change.</param>
internal sealed class DriftReporter(
    DriftTelemetry telemetry, DriftOptions options, DriftStateFile file, ReportWriter report, Action<DriftSnapshot>? publish, TimeProvider time, ILogger logger)
{
    private readonly AsyncSignal _changed = new();

    /// <summary>Works until cancelled; then the state is saved once more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        telemetry.ChangeDetected += Tell;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(options.ReportPeriod, time, cancellationToken).ConfigureAwait(false);
                publish?.Invoke(telemetry.Snapshot());
                file.Save(telemetry.State);
            }
        }
        finally
        {
            telemetry.ChangeDetected -= Tell;
            file.Save(telemetry.State);
        }
    }

    /// <summary>The message of a snapshot.</summary>
    public static MqttMessage ToMessage(DriftSnapshot snapshot, EdgeAgentOptions options, string model, string modelSha256, long version) => new TelemetryReport
    {
        Group = options.Group,
        BaseModelSha256 = modelSha256,
        ParameterVersion = version,
        Frames = snapshot.Total.Frames,
        Window = (snapshot.Last ?? snapshot.Current) is { Frames: > 0 } window ? ToWindow(window) : null,
        Layers = [.. snapshot.Layers.Take(TelemetryReport.MaximumLayers).Select(l => new TelemetryLayer(Shortened(l.Layer), Finite(l.Shift), l.Hellinger))],
        ReferenceEntropy = Share(snapshot.ReferenceEntropy),
        Suspicion = snapshot.Suspicion,
        AdaptiveWindowFrames = snapshot.AdaptiveWindowFrames,
        Changes = snapshot.Changes,
        LastChange = snapshot.RecentChanges.Count == 0 ? null : ToChange(snapshot.RecentChanges[^1]),
    }.ToMessage(options.Tenant, options.Device, model, snapshot.Taken);

    private static TelemetryWindow ToWindow(DriftWindow window) => new()
    {
        Frames = window.Frames,
        MeanEntropy = window.MeanEntropy,
        MeanConfidence = window.MeanConfidence,
        Entropy = window.Entropy,
        Confidence = window.Confidence,
        Classes = window.Classes.Index().Where(c => c.Item > 0).OrderByDescending(c => c.Item).ThenBy(c => c.Index)
            .Take(TelemetryWindow.MaximumClasses).ToDictionary(c => c.Index, c => c.Item),
    };

    private static TelemetryChange ToChange(DetectedChange change) => new()
    {
        Number = change.Number,
        Time = change.Time,
        Detector = $"{change.Detector}",
        Direction = $"{change.Direction}",
        Frame = change.Frame,
        Began = change.Began,
        Before = Share(change.Before),
        After = Share(change.After),
        ParameterVersion = change.ParameterVersion,
        ParametersChanged = change.ParametersChanged,
    };

    /// <summary>A mean of shares, which rounding may have left a hair outside; null for NaN.</summary>
    private static double? Share(double? mean) => mean is { } value && !double.IsNaN(value) ? Math.Clamp(value, 0, 1) : null;

    /// <summary>A model's exporter names its layers, and one name that is too long must not cost all telemetry.</summary>
    private static string Shortened(string name) => name.Length <= TelemetryLayer.LongestName ? name : name[..TelemetryLayer.LongestName];

    /// <summary>A layer whose source has no spread at all, nor an ε, may be any number of deviations away.</summary>
    private static double Finite(double shift) => Math.Min(shift, double.MaxValue);

    private void Tell(DetectedChange change)
    {
        Log.DriftDetected(logger, change.Detector, change.Direction, change.Before, change.After, change.Began, change.ParameterVersion, change.ParametersChanged);
        report.Write(new DriftLine(change));
        _changed.Set();
    }
}
