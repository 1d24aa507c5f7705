using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>What the detectors have learnt: the level that they compare with. Histograms and counts are of one run alone.</summary>
/// <param name="PageHinkley">State of the Page-Hinkley test.</param>
/// <param name="Adwin">ADWIN's window.</param>
/// <param name="Version">The version that answered last; null before the first answer. Another one after a restart is a change of the parameters, not of the world.</param>
/// <param name="Direction">Where the last change that was told of went.</param>
/// <param name="FramesSince">Frames since then.</param>
internal sealed record DriftState(PageHinkleyState PageHinkley, AdwinState Adwin, long? Version, ChangeDirection Direction, long FramesSince);
