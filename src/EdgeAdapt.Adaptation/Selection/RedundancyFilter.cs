using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Keeps samples whose prediction differs from what was kept before (EATA, Niu et al., ICML 2022; CEMA's optional
/// `d_margin`): |cos(m, softmax)| &lt; d, where m is a moving average (0.9, 0.1) of the kept predictions. The first
/// survivors are all kept and start m. Not thread safe.
/// </summary>
public sealed class RedundancyFilter
{
    private const double Retention = 0.9;
    private const double SmallestNorm = 1e-8;
    private readonly double _margin;
    private double[]? _mean;

    /// <summary>Creates a filter that has seen nothing.</summary>
    /// <param name="margin">d, above 0 and at most 1. CEMA's published configuration: 0.05; EATA on CIFAR-10-C: 0.4.</param>
    public RedundancyFilter(double margin)
    {
        if (!(margin > 0 && margin <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "The redundancy margin is a cosine above 0 and at most 1, for example 0.05.");
        }

        _margin = margin;
    }

    /// <summary>m, the mean prediction of the kept samples <c>[K]</c>; null before the first. Set it to continue an earlier stream.</summary>
    public IReadOnlyList<double>? MeanPrediction
    {
        get => _mean;
        set => _mean = value is null ? null : [.. value];
    }

    /// <summary>Judges the survivors of an earlier filter and learns from those it keeps.</summary>
    /// <param name="logits"><c>[N, K]</c> of the whole batch, finite in the rows that are candidates.</param>
    /// <param name="candidates">Rows to judge; may be empty.</param>
    /// <returns>The kept rows, in the order given.</returns>
    public IReadOnlyList<int> Select(FloatTensor logits, IReadOnlyList<int> candidates)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(candidates);
        float[][] predictions = [.. candidates.Select(row => Prediction(logits.Sample(row)))];
        int[] kept = [.. Enumerable.Range(0, predictions.Length).Where(i => _mean is null || Math.Abs(Cosine(_mean, predictions[i])) < _margin)];
        if (kept.Length > 0)
        {
            double[] mean = [.. Enumerable.Range(0, predictions[0].Length).Select(k => kept.Average(i => (double)predictions[i][k]))];
            _mean = _mean is null ? mean : [.. _mean.Zip(mean, (old, now) => (Retention * old) + ((1 - Retention) * now))];
        }

        return [.. kept.Select(i => candidates[i])];
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset() => _mean = null;

    private static float[] Prediction(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[logits.Length];
        Logits.Softmax(logits, probabilities);
        return probabilities;
    }

    private static double Cosine(double[] a, float[] b)
    {
        double product = 0, squaresOfA = 0, squaresOfB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += a[i] * b[i];
            squaresOfA += a[i] * a[i];
            squaresOfB += (double)b[i] * b[i];
        }

        return product / Math.Max(Math.Sqrt(squaresOfA * squaresOfB), SmallestNorm);
    }
}
