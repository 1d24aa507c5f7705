using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>What a <see cref="StatisticsFollower"/> knows of a stream. Immutable; arrays are never written to after construction.</summary>
/// <param name="Average">The moving average of the images since the last change, one entry a layer.</param>
/// <param name="Images">Images that the average stands for, above 0: those seen since the last change, at most the policy's memory.</param>
/// <param name="Recent">The newest images' own average, one entry a layer: what the next batch's change is judged by.</param>
/// <param name="RecentImages">Images that it stands for, above 0.</param>
/// <param name="Noise">One entry a layer: distance times number of images that chance was seen to give; empty where changes are not looked for.</param>
/// <param name="NoiseWeight">Windows that <paramref name="Noise"/> was measured over.</param>
public sealed record StatisticsMemory(
    IReadOnlyList<LayerStatistics> Average, float Images, IReadOnlyList<LayerStatistics> Recent, float RecentImages, float[] Noise, float NoiseWeight);
