namespace EdgeAdapt.Adaptation;

/// <summary>
/// Softmax arithmetic on the logits <c>[K]</c> of one sample. Everything is shifted by the maximum, so that large logits do
/// not overflow. −∞ counts as the smallest float (its probability is 0); NaN or +∞ anywhere makes every result NaN.
/// </summary>
public static class Logits
{
    /// <summary>H = −Σ p log p in nats: 0 for certainty, ln K for equal logits; NaN where a logit is NaN or +∞.</summary>
    /// <param name="logits">K logits, at least one.</param>
    public static float Entropy(ReadOnlySpan<float> logits)
    {
        double maximum = logits[ArgMax(logits)];
        if (!IsUsable(logits))
        {
            return float.NaN;
        }

        maximum = Math.Max(maximum, float.MinValue);
        double sum = 0;
        double weighted = 0;
        foreach (float logit in logits)
        {
            double shifted = Math.Max(logit, float.MinValue) - maximum;
            double exponential = Math.Exp(shifted);
            sum += exponential;
            weighted += exponential * shifted;
        }

        // log p = shifted − log sum, so H = log sum − Σ e·shifted / sum. Rounding may leave −1e-17 at certainty.
        return (float)Math.Max(0, Math.Log(sum) - (weighted / sum));
    }

    /// <summary>p = softmax(logits); every p is NaN where a logit is NaN or +∞.</summary>
    /// <param name="logits">K logits, at least one.</param>
    /// <param name="probabilities">Receives K values that add up to 1; may be the same memory as <paramref name="logits"/>.</param>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        if (probabilities.Length != logits.Length)
        {
            throw new ArgumentException($"{probabilities.Length} probabilities cannot hold {logits.Length} logits.", nameof(probabilities));
        }

        double maximum = Math.Max(logits[ArgMax(logits)], float.MinValue);
        if (!IsUsable(logits))
        {
            probabilities.Fill(float.NaN);
            return;
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(Math.Max(logit, float.MinValue) - maximum);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = (float)(Math.Exp(Math.Max(logits[i], float.MinValue) - maximum) / sum);
        }
    }

    /// <summary>Index of the largest logit, the first one of equals; NaN is never the largest (0 where all are NaN).</summary>
    /// <param name="logits">K logits, at least one.</param>
    /// <exception cref="ArgumentException">There is no logit.</exception>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty)
        {
            throw new ArgumentException("A sample needs at least one logit.", nameof(logits));
        }

        int best = -1;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsNaN(logits[i]) && (best < 0 || logits[i] > logits[best]))
            {
                best = i;
            }
        }

        return Math.Max(best, 0);
    }

    private static bool IsUsable(ReadOnlySpan<float> logits)
    {
        foreach (float logit in logits)
        {
            if (float.IsNaN(logit) || float.IsPositiveInfinity(logit))
            {
                return false;
            }
        }

        return true;
    }
}
