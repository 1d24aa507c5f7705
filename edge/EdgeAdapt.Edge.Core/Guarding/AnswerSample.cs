using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>What the guard looks at in one answer.</summary>
/// <param name="Class">The class of the largest logit.</param>
/// <param name="Entropy">H in nats; NaN where the answer is not finite.</param>
/// <param name="Confidence">Probability of that class; NaN where the answer is not finite.</param>
internal readonly record struct AnswerSample(int Class, float Entropy, float Confidence)
{
    /// <summary>Of logits <c>[K]</c>.</summary>
    public static AnswerSample Of(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[logits.Length];
        Logits.Softmax(logits, probabilities);
        int best = Logits.ArgMax(logits);
        return new AnswerSample(best, Logits.Entropy(logits), probabilities[best]);
    }
}
