using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Laplacian adjusted maximum likelihood on one batch: minimizes E(Y) = Σ y (log y − log p) − λ Σ w_ij y_iᵀy_j by
/// Y ← softmax(log p + λ W Y) (Boudiaf et al., CVPR 2022), where w_ij is 1 for the k nearest neighbours j of i and 0 otherwise.
/// </summary>
internal static class LaplacianAdjustment
{
    private const double SmallestProbability = 1e-10;

    /// <summary>log Y <c>[N, K]</c>; a batch of one has no neighbours and stays as it is.</summary>
    public static FloatTensor Apply(FloatTensor logits, FloatTensor features, LameOptions options)
    {
        int[][] neighbours = Neighbours(features, options.Neighbours);
        double[][] likelihood = [.. Enumerable.Range(0, logits.Count).Select(i => LogProbabilities(logits.Sample(i)))];
        double[][] assigned = [.. likelihood.Select(Softmax)];
        double energy = double.PositiveInfinity;
        for (int step = 0; step < options.MaximumSteps; step++)
        {
            double[][] pairwise = [.. neighbours.Select(near => Pull(assigned, near, options.Affinity))];
            assigned = [.. likelihood.Zip(pairwise, (unary, pull) => Softmax([.. unary.Zip(pull, (a, b) => a + b)]))];
            double before = energy;
            energy = Energy(likelihood, pairwise, assigned);

            // The public code looks at the change from its third update on.
            if (step > 1 && Math.Abs(energy - before) <= options.Tolerance * Math.Abs(before))
            {
                break;
            }
        }

        return new FloatTensor([.. assigned.SelectMany(row => row).Select(y => (float)Math.Log(Math.Max(y, 1e-30)))], logits.Count, logits.SampleLength);
    }

    private static int[][] Neighbours(FloatTensor features, int count)
    {
        double[][] units = [.. Enumerable.Range(0, features.Count).Select(i => FeatureModel.Normalize(features.Sample(i)))];
        return
        [
            .. Enumerable.Range(0, units.Length).Select(i => Enumerable.Range(0, units.Length).Where(j => j != i)
                .OrderBy(j => units[i].Zip(units[j], (a, b) => (a - b) * (a - b)).Sum()).ThenBy(j => j).Take(count).ToArray()),
        ];
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[logits.Length];
        Logits.Softmax(logits, probabilities);
        return [.. probabilities.Select(p => Math.Log(p + SmallestProbability))];
    }

    private static double[] Pull(double[][] assigned, int[] neighbours, double affinity)
    {
        double[] sum = new double[assigned[0].Length];
        foreach (int j in neighbours)
        {
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += affinity * assigned[j][k];
            }
        }

        return sum;
    }

    private static double[] Softmax(double[] values)
    {
        double maximum = values.Max();
        double[] exponentials = [.. values.Select(v => Math.Exp(v - maximum))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(e => e / sum)];
    }

    private static double Energy(double[][] likelihood, double[][] pairwise, double[][] assigned)
    {
        double energy = 0;
        for (int i = 0; i < assigned.Length; i++)
        {
            for (int k = 0; k < assigned[i].Length; k++)
            {
                double y = assigned[i][k];
                energy += y * (Math.Log(Math.Max(y, 1e-20)) - likelihood[i][k] - pairwise[i][k]);
            }
        }

        return energy;
    }
}
