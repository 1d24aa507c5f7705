namespace EdgeAdapt.Datasets;

/// <summary>A stretch of a stream under one condition.</summary>
/// <param name="Condition">The drift.</param>
/// <param name="Frames">How many frames it lasts, at least 1.</param>
public sealed record RoadSignPhase(RoadSignCondition Condition, int Frames);
