namespace EdgeAdapt.Evaluation;

/// <summary>
/// An order in which images of one class follow one another: the stream has as many slots as there are classes, each class
/// spreads over the slots by a draw from a symmetric Dirichlet distribution, and within a slot the classes come one after
/// another (the temporally correlated streams of NOTE, Gong et al., NeurIPS 2022, and RoTTA, Yuan et al., CVPR 2023).
/// </summary>
internal static class DirichletOrder
{
    /// <summary>A permutation of 0 … N − 1.</summary>
    /// <param name="labels">The class of each of the N images.</param>
    /// <param name="concentration">δ, above 0; small values put most of a class into one slot.</param>
    /// <param name="generator">All draws come from it.</param>
    public static int[] Of(IReadOnlyList<int> labels, double concentration, Random generator)
    {
        int[][] classes =
        [
            .. Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]).OrderBy(g => g.Key).Select(g => g.ToArray()),
        ];
        var slots = new List<int[]>[classes.Length];
        for (int s = 0; s < slots.Length; s++)
        {
            slots[s] = [];
        }

        foreach (int[] images in classes)
        {
            generator.Shuffle(images);
            double[] shares = Dirichlet(slots.Length, concentration, generator);
            double sum = 0;
            int first = 0;
            for (int s = 0; s < slots.Length; s++)
            {
                sum += shares[s];
                int end = s == slots.Length - 1 ? images.Length : Math.Clamp((int)Math.Round(sum * images.Length), first, images.Length);
                slots[s].Add(images[first..end]);
                first = end;
            }
        }

        var order = new List<int>(labels.Count);
        foreach (List<int[]> slot in slots)
        {
            int[][] runs = [.. slot];
            generator.Shuffle(runs);
            order.AddRange(runs.SelectMany(r => r));
        }

        return [.. order];
    }

    private static double[] Dirichlet(int count, double concentration, Random generator)
    {
        double[] logs = [.. Enumerable.Range(0, count).Select(_ => LogGamma(concentration, generator))];

        // For small δ a draw may be below the smallest double; relative to the largest one none is.
        double largest = logs.Max();
        double[] shares = [.. logs.Select(l => Math.Exp(l - largest))];
        double sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }

    /// <summary>The logarithm of a draw from Gamma(shape, 1): Marsaglia and Tsang (2000), for shapes below 1 through shape + 1.</summary>
    private static double LogGamma(double shape, Random generator)
    {
        double boost = shape < 1 ? Math.Log(1 - generator.NextDouble()) / shape : 0;
        double d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Math.Sqrt(-2 * Math.Log(1 - generator.NextDouble())) * Math.Cos(2 * Math.PI * generator.NextDouble());
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - generator.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return Math.Log(d * v) + boost;
            }
        }
    }
}
