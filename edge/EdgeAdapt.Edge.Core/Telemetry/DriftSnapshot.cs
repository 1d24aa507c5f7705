using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>How a device's stream looks at one moment, without any picture. Immutable; counts are since the agent's start.</summary>
public sealed record DriftSnapshot
{
    /// <summary>When it was taken.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>Frames of a complete window.</summary>
    public required int WindowFrames { get; init; }

    /// <summary>The window that is being filled; it may be empty.</summary>
    public required DriftWindow Current { get; init; }

    /// <summary>The last complete window; null before there was one.</summary>
    public DriftWindow? Last { get; init; }

    /// <summary>All answered frames.</summary>
    public required DriftWindow Total { get; init; }

    /// <summary>
    /// How far each layer's input is from what the model file was trained on, in the model's order, layers without statistics left out; empty while the
    /// device has not estimated its own statistics (they are in no other mode than <see cref="Rollout.StatisticsMode.Mixed"/>).
    /// </summary>
    public IReadOnlyList<LayerShift> Layers { get; init; } = [];

    /// <summary>Median over <see cref="Layers"/> of <see cref="LayerShift.Shift"/>, in standard deviations of the source, from 0; null without layers.</summary>
    public double? Shift => LayerShift.Median(Layers, layer => layer.Shift);

    /// <summary>Median over <see cref="Layers"/> of <see cref="LayerShift.Hellinger"/>, 0 to 1; null without layers.</summary>
    public double? Hellinger => LayerShift.Median(Layers, layer => layer.Hellinger);

    /// <summary>Mean entropy, as a share of ln K, that newer frames are compared with; null while the detector learns it.</summary>
    public double? ReferenceEntropy { get; init; }

    /// <summary>How near the Page-Hinkley test is to an alarm: 0 for nothing seen, 1 raises it; 0 while it learns its reference.</summary>
    public double Suspicion { get; init; }

    /// <summary>Frames in ADWIN's window: those since the entropy's mean last changed, as far as it can tell.</summary>
    public long AdaptiveWindowFrames { get; init; }

    /// <summary>Changes detected since the agent's start.</summary>
    public long Changes { get; init; }

    /// <summary>The last of them, oldest first; at most 32.</summary>
    public IReadOnlyList<DetectedChange> RecentChanges { get; init; } = [];
}
