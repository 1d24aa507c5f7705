namespace EdgeAdapt.Adaptation;

/// <summary>What one step of the cloud did. Losses are in nats and carry their weights α, β, γ.</summary>
/// <param name="Index">Counts the adapter's steps from 1.</param>
/// <param name="Outcome">How it ended; parameters changed only where this is <see cref="AdaptationOutcome.Trained"/>.</param>
/// <param name="Uploaded">Newly uploaded samples that the step took; 0 in a step on replayed samples alone.</param>
/// <param name="Replayed">Replayed samples that it took. A confidence threshold may have left some of both out.</param>
/// <param name="TeacherLoss">The teacher's weighted entropy before its update; null where the teacher was not trained.</param>
/// <param name="StudentLoss">The student's whole loss before its update: the sum of the next three.</param>
/// <param name="EntropyLoss">The entropy part.</param>
/// <param name="DistillationLoss">The KL part.</param>
/// <param name="PseudoLabelLoss">The cross-entropy part.</param>
public sealed record AdaptationStep(
    long Index, AdaptationOutcome Outcome, int Uploaded, int Replayed,
    float? TeacherLoss, float StudentLoss, float EntropyLoss, float DistillationLoss, float PseudoLabelLoss)
{
    /// <summary>What the guard decided before the step; without a guard always <see cref="GuardOutcome.Kept"/>.</summary>
    public GuardOutcome Guard { get; init; }

    /// <summary>Steps on replayed samples alone that followed it, each with an index of its own and no record.</summary>
    public int ReplaySteps { get; init; }
}
