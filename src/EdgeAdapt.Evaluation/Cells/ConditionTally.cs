namespace EdgeAdapt.Evaluation;

/// <summary>What was counted on the images of one condition. What is sent for a whole batch counts for the condition of its first image.</summary>
/// <param name="Corruption">The condition.</param>
/// <param name="Round">How often it had come round, from 1.</param>
/// <param name="Images">Images answered.</param>
/// <param name="Correct">Those answered correctly, each before the update that uses it; NaN is no answer.</param>
/// <param name="Uploaded">Images that a gradient was, or will be, computed from.</param>
/// <param name="ImageBytesUp">Bytes of them as encoded for the uplink.</param>
/// <param name="StatisticsBytesUp">Bytes of statistics sent up beside them.</param>
/// <param name="ParameterSets">Parameter sets sent down.</param>
/// <param name="Seconds">Inference and adaptation together, reading images not included.</param>
public sealed record ConditionTally(
    string Corruption, int Round, int Images, int Correct, int Uploaded, long ImageBytesUp, long StatisticsBytesUp, long ParameterSets, double Seconds);
