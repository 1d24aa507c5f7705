using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>The statistics that a device has estimated from its own frames. Immutable.</summary>
/// <param name="Memory">What is known of the stream.</param>
/// <param name="Mixed">Its moving average mixed with the model file's statistics: what the model answers with.</param>
/// <param name="Generation">Refreshes so far, counted over restarts.</param>
/// <param name="Frames">Frames in them, counted over restarts.</param>
public sealed record DeviceStatistics(StatisticsMemory Memory, IReadOnlyList<LayerStatistics> Mixed, long Generation, long Frames);
