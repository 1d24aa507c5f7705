using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Shortens a step that would change a model's answers too much: a learning rate fits one model and one loss, the answers mean
/// the same everywhere. Their change is the mean KL(before‖after) over the step's own batch, in nats.
/// </summary>
internal static class TrustRegion
{
    /// <summary>Each try cuts the step to a tenth at worst, so twelve of them leave nothing of any step.</summary>
    private const int Tries = 12;
    private const double SmallestCut = 0.1;
    private const double LargestCut = 0.9;
    private const double SmallestProbability = 1e-12;

    /// <summary>
    /// The longest step towards <paramref name="after"/> found by backtracking that stays within the bound. KL grows with the square
    /// of a small step, so the next try is scaled by the root of what is too much.
    /// </summary>
    /// <param name="before">Parameters before the step; statistics are those of both sides.</param>
    /// <param name="after">Parameters after the whole step.</param>
    /// <param name="answers">Logits <c>[N, K]</c> before the step.</param>
    /// <param name="forward">Answers the same batch under given parameters.</param>
    /// <param name="maximum">The bound, nats, above 0.</param>
    /// <returns><paramref name="before"/> where no try stays within the bound, for example because the answers are not finite.</returns>
    public static IReadOnlyList<LayerParameters> Limit(
        IReadOnlyList<LayerParameters> before, IReadOnlyList<LayerParameters> after, FloatTensor answers,
        Func<IReadOnlyList<LayerParameters>, FloatTensor> forward, double maximum)
    {
        double share = 1;
        for (int i = 0; i < Tries; i++)
        {
            IReadOnlyList<LayerParameters> tried = i == 0 ? after : Between(before, after, (float)share);
            double change = Divergence(answers, forward(tried));
            if (change <= maximum)
            {
                return tried;
            }

            share *= double.IsFinite(change) ? Math.Clamp(0.95 * Math.Sqrt(maximum / change), SmallestCut, LargestCut) : SmallestCut;
        }

        return before;
    }

    /// <summary>Mean KL(before‖after), nats; infinite where an answer is not usable.</summary>
    public static double Divergence(FloatTensor before, FloatTensor after)
    {
        double sum = 0;
        float[] p = new float[before.SampleLength];
        float[] q = new float[before.SampleLength];
        for (int i = 0; i < before.Count; i++)
        {
            Logits.Softmax(before.Sample(i), p);
            Logits.Softmax(after.Sample(i), q);
            for (int k = 0; k < p.Length; k++)
            {
                sum += p[k] == 0 ? 0 : p[k] * Math.Log(p[k] / Math.Max(q[k], SmallestProbability));
            }
        }

        // A comparison with NaN is false, which would let a broken model pass every bound.
        return double.IsNaN(sum) ? double.PositiveInfinity : sum / before.Count;
    }

    private static LayerParameters[] Between(IReadOnlyList<LayerParameters> from, IReadOnlyList<LayerParameters> to, float share) =>
        [.. from.Zip(to, (a, b) => b with { Scale = Between(a.Scale, b.Scale, share), Bias = Between(a.Bias, b.Bias, share) })];

    private static float[] Between(float[] from, float[] to, float share) => [.. from.Zip(to, (a, b) => a + (share * (b - a)))];
}
