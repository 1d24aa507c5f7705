using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>What one batch gave under a <see cref="StatisticsPolicy"/>.</summary>
/// <param name="Logits"><c>[N, K]</c>, one row for each image given; a row is NaN where the image held NaN or infinite values.</param>
/// <param name="Moving">
/// The moving average with this batch in it, one entry a layer, to be passed to the next call. Where no image of the batch was
/// usable it is what was passed in, so null after a first batch without a usable image.
/// </param>
/// <param name="Mixed">The statistics that normalised this batch, one entry a layer; the source's where no image was usable.</param>
/// <param name="Batch">The batch's own moments, one entry a layer; null where no image was usable.</param>
public sealed record StatisticsResult(
    FloatTensor Logits, IReadOnlyList<LayerStatistics>? Moving, IReadOnlyList<LayerStatistics> Mixed, IReadOnlyList<LayerStatistics>? Batch);
