using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training;

/// <summary>Compares logits with labels.</summary>
internal static class Predictions
{
    /// <summary>How many rows have their largest logit at the label; the first of equal ones counts.</summary>
    public static int Right(FloatTensor logits, int[] labels)
    {
        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Sample(i);
            int best = 0;
            for (int k = 1; k < row.Length; k++)
            {
                best = row[k] > row[best] ? k : best;
            }

            right += best == labels[i] ? 1 : 0;
        }

        return right;
    }

    /// <summary>The sum of cross entropies in nats. The largest logit is taken out first, so that no exponential overflows.</summary>
    public static double CrossEntropy(FloatTensor logits, int[] labels)
    {
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            float[] row = logits.Sample(i).ToArray();
            double largest = row.Max();
            sum += largest + Math.Log(row.Sum(z => Math.Exp(z - largest))) - row[labels[i]];
        }

        return sum;
    }
}
