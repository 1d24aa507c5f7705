using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>How a device watches its stream. docs/telemetry.md holds the measured false alarms and delays of the defaults.</summary>
public sealed record DriftOptions
{
    private const int LargestWindow = 1_000_000;
    private const int LargestBlock = 4096;

    /// <summary>Frames of a window of the histograms, 1 to 1,000,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>
    /// Frames whose mean entropy is one value for the detectors, 1 to 4096. Neighbouring frames of a camera are alike, and the detectors take values for independent:
    /// the slower the scene changes, the more frames a value should average.
    /// </summary>
    public int Block { get; init; } = 8;

    /// <summary>Time between two reports of a connected device, 1 second to 1 day; a change is reported at once.</summary>
    public TimeSpan ReportPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Constants of the Page-Hinkley test.</summary>
    public PageHinkleyOptions PageHinkley { get; init; } = new();

    /// <summary>Constants of ADWIN.</summary>
    public AdwinOptions Adwin { get; init; } = new();

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (Window is < 1 or > LargestWindow)
        {
            faults.Add($"The drift window is {Window} frames. Give --drift-window 1 to {LargestWindow} frames, for example 1000.");
        }

        if (Block is < 1 or > LargestBlock)
        {
            faults.Add($"The drift block is {Block} frames. Give --drift-block 1 to {LargestBlock} frames, for example 8.");
        }

        if (ReportPeriod < TimeSpan.FromSeconds(1) || ReportPeriod > TimeSpan.FromDays(1))
        {
            faults.Add($"The time between two telemetry reports is {ReportPeriod.TotalSeconds} s. Give --telemetry-period 1 to 86400 seconds, for example 60.");
        }

        return [.. faults, .. PageHinkley.FindFaults(), .. Adwin.FindFaults()];
    }
}
