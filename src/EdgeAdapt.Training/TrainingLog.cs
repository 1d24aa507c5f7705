namespace EdgeAdapt.Training;

/// <summary>What a training run did. Holds no times: equal runs have equal logs.</summary>
/// <param name="Options">Its options.</param>
/// <param name="Parameters">Values in all weights, biases, γ and β.</param>
/// <param name="TrainedParameters">Values that were trained.</param>
/// <param name="Epochs">Every epoch.</param>
/// <param name="SmallScales">Share of γ with |γ| below 0.01 at the end, from 0 to 1.</param>
/// <param name="Scales">Every γ at the end, layer after layer.</param>
public sealed record TrainingLog(
    TrainingOptions Options, int Parameters, int TrainedParameters, IReadOnlyList<EpochRecord> Epochs, double SmallScales, IReadOnlyList<float> Scales);
