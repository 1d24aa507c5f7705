namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Decides from the losses of a session's steps whether training has run away.</summary>
public static class DivergenceCheck
{
    /// <summary>How many times the recent mean a loss must exceed to count as an explosion.</summary>
    public const double ExplosionFactor = 10;

    /// <summary>
    /// What is wrong with a step's loss, or null.
    /// </summary>
    /// <remarks>
    /// A loss may rise a hundredfold without harm when a shift begins and the step before had next to none. So an explosion
    /// must exceed both the recent mean, ten times, and the loss of a student that guesses uniformly.
    /// </remarks>
    /// <param name="loss">The student's loss in this step.</param>
    /// <param name="recentLosses">The losses of the accepted steps before, any number.</param>
    /// <param name="uniformLoss">The loss of uniform guessing: the sum of loss weights times ln(classes) times the largest sample weight.</param>
    public static string? FindFault(double loss, IReadOnlyCollection<double> recentLosses, double uniformLoss)
    {
        ArgumentNullException.ThrowIfNull(recentLosses);
        if (!double.IsFinite(loss))
        {
            return $"the loss is {loss}";
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
