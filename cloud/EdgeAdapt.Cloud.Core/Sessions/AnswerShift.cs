using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>How far a model's answers have moved.</summary>
public static class AnswerShift
{
    /// <summary>Mean over the samples of KL(p‖q), p and q the softmax of two logits <c>[N, K]</c>, in nats, from 0.</summary>
    /// <returns>NaN where a logit is NaN or infinite, or there is no sample.</returns>
    public static double Of(FloatTensor before, FloatTensor after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        double sum = 0;
        for (int i = 0; i < before.Count; i++)
        {
            double[] p = LogSoftmax(before.Sample(i));
            double[] q = LogSoftmax(after.Sample(i));
            sum += p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum();
        }

        return sum / before.Count;
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        double[] values = [.. logits.ToArray().Select(v => (double)v)];
        double largest = values.Max();
        double logarithm = largest + Math.Log(values.Sum(v => Math.Exp(v - largest)));
        return [.. values.Select(v => v - logarithm)];
    }
}
