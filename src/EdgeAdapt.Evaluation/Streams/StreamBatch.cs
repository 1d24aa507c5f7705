namespace EdgeAdapt.Evaluation;

/// <summary>A batch as the edge sees it.</summary>
/// <param name="Round">How often its condition has come round, from 1.</param>
/// <param name="Images">Its images, at least one.</param>
internal sealed record StreamBatch(int Round, IReadOnlyList<ImagePlace> Images);
