namespace EdgeAdapt.Evaluation;

/// <summary>A stretch of a stream.</summary>
/// <param name="Corruption">The condition it lies in; "mixed" where conditions are shuffled.</param>
/// <param name="Round">How often the condition had come round, from 1.</param>
/// <param name="Images">Images in the stretch.</param>
/// <param name="Correct">Those answered correctly.</param>
public sealed record TimelineWindow(string Corruption, int Round, int Images, int Correct);
