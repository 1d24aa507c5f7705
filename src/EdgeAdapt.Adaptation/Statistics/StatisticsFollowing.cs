using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>What one batch gave a <see cref="StatisticsFollower"/>.</summary>
/// <param name="Logits"><c>[N, K]</c>, one row for each image given; a row is NaN where the image held NaN or infinite values.</param>
/// <param name="Memory">What is known with this batch in it, for the next call; what was passed in where no image was usable.</param>
/// <param name="Mixed">The statistics that normalised this batch, one entry a layer; the source's where no image was usable.</param>
/// <param name="Excess">The median excess of the layers' distances that a change is judged by; 0 where there was nothing to compare.</param>
/// <param name="Changed">Whether the average started anew with this batch.</param>
public sealed record StatisticsFollowing(FloatTensor Logits, StatisticsMemory? Memory, IReadOnlyList<LayerStatistics> Mixed, double Excess, bool Changed);
