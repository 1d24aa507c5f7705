namespace EdgeAdapt.Adaptation;

/// <summary>
/// CMA-ES, a search without gradients: points are drawn from N(m, σ² C), and the better half of them moves m, C and σ. Formulas and constants are those of
/// N. Hansen, The CMA Evolution Strategy: A Tutorial (arXiv 1604.00772), with positive weights only; equation numbers below are its. Points are made by the
/// symmetric root of C, which, unlike B·D, does not depend on the order and signs of the eigenvectors. Minimizes. Not thread safe.
/// </summary>
internal sealed class CmaEs
{
    private const double SmallestEigenvalue = 1e-14;
    private readonly int _n;
    private readonly double[] _weights;
    private readonly CmaEsRates _rates;
    private readonly double[] _stepPath;
    private readonly double[] _shapePath;
    private readonly double[,] _covariance;
    private SymmetricMatrix _decomposed;
    private double[] _mean;
    private int _generation;

    /// <summary>Begins at the origin with C = I.</summary>
    /// <param name="dimension">n, at least 1.</param>
    /// <param name="population">λ, points a generation, at least 2; <see cref="DefaultPopulation"/> is usual.</param>
    /// <param name="sigma">σ₀, above 0: about a third of the range where the optimum is expected.</param>
    public CmaEs(int dimension, int population, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        (_n, Population, Sigma) = (dimension, population, sigma);

        // (49): only the better half has weight; here it is normalised at once.
        double[] logarithms = [.. Enumerable.Range(1, population / 2).Select(i => Math.Log((population + 1) / 2.0) - Math.Log(i))];
        _weights = [.. logarithms.Select(w => w / logarithms.Sum())];
        _rates = CmaEsRates.Of(dimension, 1 / _weights.Sum(w => w * w));
        (_mean, _stepPath, _shapePath) = (new double[dimension], new double[dimension], new double[dimension]);
        _covariance = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            _covariance[i, i] = 1;
        }

        _decomposed = new SymmetricMatrix(_covariance);
    }

    /// <summary>λ.</summary>
    public int Population { get; }

    /// <summary>m, the centre of the distribution.</summary>
    public IReadOnlyList<double> Mean => _mean;

    /// <summary>σ, the overall step.</summary>
    public double Sigma { get; private set; }

    /// <summary>4 + ⌊3 ln n⌋, (48): 27 for the 2304 dimensions of FOA's three prompts.</summary>
    public static int DefaultPopulation(int dimension) => 4 + (int)Math.Floor(3 * Math.Log(dimension));

    /// <summary>The point that a standard normal vector stands for: m + σ C^½ z.</summary>
    /// <param name="normals">z, n independent draws of N(0, 1).</param>
    public double[] Point(double[] normals)
    {
        double[] step = _decomposed.Apply(v => Math.Sqrt(Positive(v)), normals);
        return [.. _mean.Zip(step, (m, y) => m + (Sigma * y))];
    }

    /// <summary>Takes the fitness of a generation in.</summary>
    /// <param name="points">
    /// λ points of <see cref="Point"/>, then any from elsewhere. Those are first moved as near to m as a drawn one can be expected (Hansen, Injecting External
    /// Solutions Into CMA-ES, arXiv 1110.4181: Mahalanobis distance √n + 2n/(n + 2)), so that a far one cannot tear the distribution apart.
    /// </param>
    /// <param name="fitness">One a point, smaller is better; NaN ranks last. Where all are equal or none is a number, nothing is learnt.</param>
    /// <exception cref="ArgumentException">There are fewer points than λ, or as many fitness values as there are not points.</exception>
    public void Update(IReadOnlyList<double[]> points, IReadOnlyList<double> fitness)
    {
        if (points.Count < Population || points.Count != fitness.Count)
        {
            throw new ArgumentException($"{points.Count} points with {fitness.Count} fitness values; give {Population} or more and as many values.", nameof(points));
        }

        double[] ranks = [.. fitness.Select(f => double.IsNaN(f) ? double.PositiveInfinity : f)];
        if (ranks.All(f => f == ranks[0]))
        {
            return;
        }

        double[][] best = [.. Enumerable.Range(0, points.Count).OrderBy(i => ranks[i]).ThenBy(i => i).Take(_weights.Length).Select(i => Step(points[i], i >= Population))];
        double[] mean = [.. Enumerable.Range(0, _n).Select(i => best.Select((y, k) => _weights[k] * y[i]).Sum())];
        _mean = [.. _mean.Zip(mean, (m, y) => m + (Sigma * y))];
        MovePaths(mean, out double stall);
        Reshape(best, stall);

        // (44); a rise by more than e is bounded as for injected points.
        double length = Length(_stepPath) / _rates.ExpectedLength;
        Sigma *= Math.Exp(Math.Min(_rates.StepRate / _rates.StepDamping * (length - 1), 1));
        _decomposed = new SymmetricMatrix(_covariance);
    }

    private double[] Step(double[] point, bool external)
    {
        double[] y = [.. point.Zip(_mean, (x, m) => (x - m) / Sigma)];
        if (!external)
        {
            return y;
        }

        double limit = Math.Sqrt(_n) + (2.0 * _n / (_n + 2));
        double shrink = Math.Min(1, limit / Math.Max(Length(Whiten(y)), double.Epsilon));
        return [.. y.Select(v => shrink * v)];
    }

    /// <summary>(43) and (45), and δ(h_σ), what C loses where its path stalls because σ is still rising.</summary>
    private void MovePaths(double[] mean, out double stall)
    {
        _generation++;
        (double cs, double cc) = (_rates.StepRate, _rates.PathRate);
        double[] white = Whiten(mean);
        double gain = Math.Sqrt(cs * (2 - cs) * _rates.EffectiveParents);
        for (int i = 0; i < _n; i++)
        {
            _stepPath[i] = ((1 - cs) * _stepPath[i]) + (gain * white[i]);
        }

        double started = Math.Sqrt(1 - Math.Pow(1 - cs, 2 * _generation));
        bool follows = Length(_stepPath) / started < (1.4 + (2.0 / (_n + 1))) * _rates.ExpectedLength;
        double pull = follows ? Math.Sqrt(cc * (2 - cc) * _rates.EffectiveParents) : 0;
        for (int i = 0; i < _n; i++)
        {
            _shapePath[i] = ((1 - cc) * _shapePath[i]) + (pull * mean[i]);
        }

        stall = follows ? 0 : cc * (2 - cc);
    }

    /// <summary>(47): the rank-one and the rank-μ update.</summary>
    private void Reshape(double[][] best, double stall)
    {
        (double c1, double cm) = (_rates.RankOneRate, _rates.RankManyRate);
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double many = best.Select((y, k) => _weights[k] * y[i] * y[j]).Sum();
                _covariance[i, j] = ((1 + (c1 * stall) - c1 - cm) * _covariance[i, j]) + (c1 * _shapePath[i] * _shapePath[j]) + (cm * many);
                _covariance[j, i] = _covariance[i, j];
            }
        }
    }

    private double[] Whiten(double[] y) => _decomposed.Apply(v => 1 / Math.Sqrt(Positive(v)), y);

    /// <summary>An eigenvalue that rounding took below 0 would make every point NaN.</summary>
    private double Positive(double eigenvalue) => Math.Max(eigenvalue, SmallestEigenvalue * _decomposed.Values.Max());

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(v => v * v));
}
