using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>The latest statistics that one device has reported.</summary>
/// <param name="Layers">Mean and variance of each normalization input, in model order.</param>
/// <param name="Frames">Frames that the device has seen.</param>
/// <param name="Received">When the report arrived.</param>
public sealed record DeviceStatistics(IReadOnlyList<LayerStatistics> Layers, long Frames, DateTimeOffset Received);
