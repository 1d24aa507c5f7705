using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Decides from the losses of a session's steps whether training has run away.</summary>
public static class DivergenceCheck
{
    /// <summary>How many times the recent mean a loss must exceed to count as an explosion.</summary>
    public const double ExplosionFactor = 10;

    /// <summary>
    /// What is wrong with a step, or null.
    /// </summary>
    /// <remarks>
    /// A loss may rise a hundredfold without harm when a shift begins and the step before had next to none. So an explosion
    /// must exceed both the recent mean, ten times, and the loss of a student that guesses uniformly.
    /// </remarks>
    /// <param name="step">The step.</param>
    /// <param name="recentLosses">The losses of the accepted steps before, any number.</param>
    /// <param name="uniformLoss">The loss of uniform guessing: the sum of loss weights times ln(classes) times the largest sample weight.</param>
    public static string? FindFault(AdaptationStep step, IReadOnlyCollection<double> recentLosses, double uniformLoss)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(recentLosses);
        double loss = step.StudentLoss;
        if (step.Outcome != AdaptationOutcome.Trained || !double.IsFinite(loss))
        {
            return step.Outcome == AdaptationOutcome.TeacherNotFinite
                ? $"the teacher's training is not finite (loss {step.TeacherLoss})"
                : $"the student's training is not finite (loss {loss})";
        }

        if (recentLosses.Count == 0)
        {
            return null;
        }

        double mean = recentLosses.Average();
        return loss > ExplosionFactor * mean && loss > uniformLoss
            ? $"the loss jumped to {loss:G4} from a mean of {mean:G4}"
            : null;
    }
}
