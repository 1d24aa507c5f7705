namespace EdgeAdapt.Adaptation;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix, and functions of it.</summary>
internal sealed class SymmetricMatrix
{
    private const int MaximumSweeps = 60;
    private readonly double[] _values;
    private readonly double[,] _vectors;

    /// <summary>
    /// Decomposes by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5): slower than tridiagonal methods, but exact to rounding and at home
    /// in fifty lines; the dimensions here are tens.
    /// </summary>
    /// <param name="matrix">Square and symmetric; not written to.</param>
    public SymmetricMatrix(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        _vectors = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            _vectors[i, i] = 1;
        }

        for (int sweep = 0; sweep < MaximumSweeps && Rotate(a); sweep++)
        {
        }

        _values = [.. Enumerable.Range(0, n).Select(i => a[i, i])];
    }

    /// <summary>The eigenvalues, in no particular order.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>B f(Λ) Bᵀ x: the function of the matrix that maps each eigenvalue by <paramref name="function"/>, applied to a vector.</summary>
    public double[] Apply(Func<double, double> function, double[] x)
    {
        int n = _values.Length;
        double[] result = new double[n];
        for (int k = 0; k < n; k++)
        {
            double along = 0;
            for (int i = 0; i < n; i++)
            {
                along += _vectors[i, k] * x[i];
            }

            along *= function(_values[k]);
            for (int i = 0; i < n; i++)
            {
                result[i] += _vectors[i, k] * along;
            }
        }

        return result;
    }

    /// <summary>One rotation for each pair of axes; false where all are already at right angles.</summary>
    private bool Rotate(double[,] a)
    {
        int n = a.GetLength(0);
        bool rotated = false;
        for (int p = 0; p < n; p++)
        {
            for (int q = p + 1; q < n; q++)
            {
                // Below rounding of both eigenvalues there is nothing left to turn.
                if (Math.Abs(a[p, q]) <= 1e-17 * (Math.Abs(a[p, p]) + Math.Abs(a[q, q])))
                {
                    continue;
                }

                rotated = true;
                double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
                double tangent = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                double cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
                Turn(a, p, q, cosine, tangent * cosine);
            }
        }

        return rotated;
    }

    private void Turn(double[,] a, int p, int q, double cosine, double sine)
    {
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
            (_vectors[k, p], _vectors[k, q]) = ((cosine * _vectors[k, p]) - (sine * _vectors[k, q]), (sine * _vectors[k, p]) + (cosine * _vectors[k, q]));
        }

        for (int k = 0; k < n; k++)
        {
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
        }

        (a[p, q], a[q, p]) = (0, 0);
    }
}
