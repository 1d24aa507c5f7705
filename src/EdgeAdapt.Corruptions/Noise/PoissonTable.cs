using System.Collections.Concurrent;

namespace EdgeAdapt.Corruptions;

/// <summary>
/// The Poisson distributions of all 256 pixel values, as cumulative probabilities: exact, and one uniform number and a
/// short search a draw, however large the mean.
/// </summary>
internal sealed class PoissonTable
{
    private const double Tail = 1e-12;
    private static readonly ConcurrentDictionary<int, PoissonTable> Tables = new();
    private readonly double[][] _cumulative = new double[256][];

    private PoissonTable(int photons)
    {
        for (int pixel = 0; pixel < _cumulative.Length; pixel++)
        {
            _cumulative[pixel] = Cumulate(pixel / 255.0 * photons);
        }
    }

    /// <summary>The table for c photons at full white; made once.</summary>
    public static PoissonTable Of(int photons) => Tables.GetOrAdd(photons, c => new PoissonTable(c));

    /// <summary>The number of photons that a pixel and a uniform number give.</summary>
    public int Draw(byte pixel, double uniform)
    {
        int at = Array.BinarySearch(_cumulative[pixel], uniform);
        return at >= 0 ? at + 1 : ~at;
    }

    private static double[] Cumulate(double mean)
    {
        var sums = new List<double>();
        double term = Math.Exp(-mean);
        double sum = term;
        for (int k = 1; sum < 1 - Tail && k < (2 * mean) + 100; k++)
        {
            sums.Add(sum);
            term *= mean / k;
            sum += term;
        }

        return [.. sums];
    }
}
