namespace EdgeAdapt.Adaptation;

/// <summary>A change of a series' mean, found with its newest value.</summary>
/// <param name="Direction">Where the mean went.</param>
/// <param name="Began">Values since it began, the newest included, as the detector estimates; at least 1.</param>
/// <param name="Before">Mean of the values before it began.</param>
/// <param name="After">Mean of the values since.</param>
public readonly record struct ChangePoint(ChangeDirection Direction, long Began, double Before, double After);
