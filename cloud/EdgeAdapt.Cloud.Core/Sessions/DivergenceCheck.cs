using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Decides whether a training step has run away, so that its result must not reach a device.</summary>
public static class DivergenceCheck
{
    /// <summary>
    /// What is wrong with a step, or null.
    /// </summary>
    /// <remarks>
    /// The losses of a step are those before its update, so they cannot tell what it did; and a loss may rise a hundredfold without
    /// harm when a shift begins. What an update did shows in the answers: a sound step changes them by hundredths of a nat. One that moves them
    /// half way from certainty to guessing has destroyed what the model knew. A step in which the guard took up another set is judged by its losses alone:
    /// that set may answer quite differently, and the guard has seen it answer the new samples better.
    /// </remarks>
    /// <param name="step">The step.</param>
    /// <param name="answerShift">Mean KL(before‖after) of the student's answers to the new samples, see <see cref="AnswerShift"/>; NaN counts as a fault.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    public static string? FindFault(AdaptationStep step, double answerShift, int classes)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Outcome == AdaptationOutcome.TeacherNotFinite)
        {
            return $"the teacher's training is not finite (loss {step.TeacherLoss})";
        }

        if (step.Outcome != AdaptationOutcome.Trained || !float.IsFinite(step.StudentLoss))
        {
            return $"the student's training is not finite (loss {step.StudentLoss})";
        }

        if (step.Guard != GuardOutcome.Kept && double.IsFinite(answerShift))
        {
            return null;
        }

        double limit = 0.5 * Math.Log(classes);
        return answerShift <= limit ? null : $"the step changed the student's answers by {answerShift:G3} nats, and {limit:G3} is the most that is believed";
    }
}
