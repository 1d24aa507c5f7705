namespace EdgeAdapt.Training;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">The rate of its last step.</param>
/// <param name="TrainingLoss">Mean cross entropy in nats over its steps, each before its update.</param>
/// <param name="TrainingAccuracy">Share of right answers over its steps, from 0 to 1.</param>
/// <param name="TestLoss">Mean cross entropy on the held-out images, with running statistics.</param>
/// <param name="TestAccuracy">Share of right answers on the held-out images, from 0 to 1.</param>
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainingLoss, double TrainingAccuracy, double TestLoss, double TestAccuracy);
