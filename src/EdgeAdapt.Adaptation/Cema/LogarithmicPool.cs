using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Pools the answers of two classifiers: log p = (1 − w) log p₁ + w log p₂, up to a constant a sample (the logarithmic opinion pool; Genest and Zidek,
/// "Combining Probability Distributions", Statistical Science 1986). The surer of the two counts for more.
/// </summary>
internal static class LogarithmicPool
{
    private const double SmallestProbability = 1e-12;

    /// <summary>The pooled answers as logits <c>[N, K]</c>; a sample with one answer that is not finite keeps the other one.</summary>
    /// <param name="first">Logits <c>[N, K]</c>.</param>
    /// <param name="second">Logits of the same shape.</param>
    /// <param name="weight">w, from 0 to 1.</param>
    public static FloatTensor Combine(FloatTensor first, FloatTensor second, double weight)
    {
        var pooled = new FloatTensor([.. first.Values], first.Shape);
        float[] p = new float[first.SampleLength];
        float[] q = new float[first.SampleLength];
        for (int i = 0; i < first.Count; i++)
        {
            Logits.Softmax(first.Sample(i), p);
            Logits.Softmax(second.Sample(i), q);
            Span<float> row = pooled.Sample(i);
            if (!FiniteValues.AreAll(p))
            {
                second.Sample(i).CopyTo(row);
            }
            else if (FiniteValues.AreAll(q))
            {
                for (int k = 0; k < p.Length; k++)
                {
                    row[k] = (float)(((1 - weight) * Log(p[k])) + (weight * Log(q[k])));
                }
            }
        }

        return pooled;
    }

    private static double Log(double probability) => Math.Log(Math.Max(probability, SmallestProbability));
}
