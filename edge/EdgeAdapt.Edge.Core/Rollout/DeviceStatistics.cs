using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>The statistics that a device has estimated from its own frames. Immutable.</summary>
/// <param name="Moving">The moving average over batches, one entry a layer.</param>
/// <param name="Mixed">The moving average mixed with the model file's statistics: what the model answers with.</param>
/// <param name="Generation">Refreshes so far, counted over restarts.</param>
/// <param name="Frames">Frames in them, counted over restarts.</param>
public sealed record DeviceStatistics(IReadOnlyList<LayerStatistics> Moving, IReadOnlyList<LayerStatistics> Mixed, long Generation, long Frames);
