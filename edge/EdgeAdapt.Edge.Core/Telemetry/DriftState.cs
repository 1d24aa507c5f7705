using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>What the detectors have learnt: the level that they compare with. Histograms and counts are of one run alone.</summary>
/// <param name="PageHinkley">State of the Page-Hinkley test.</param>
/// <param name="Adwin">ADWIN's window.</param>
internal sealed record DriftState(PageHinkleyState PageHinkley, AdwinState Adwin);
