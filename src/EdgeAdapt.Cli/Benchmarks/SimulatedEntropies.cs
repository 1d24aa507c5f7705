namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>
/// Entropies of a camera's frames as shares of ln K, simulated: Φ(z)^<paramref name="power"/> of a Gaussian sequence whose neighbours correlate. A high power gives what
/// a good classifier answers: most frames certain, a few not.
/// </summary>
/// <param name="seed">Of the sequence.</param>
/// <param name="correlation">Of neighbouring frames, 0 to below 1.</param>
/// <param name="power">Above 0; the mean is 1 / (power + 1).</param>
internal sealed class SimulatedEntropies(int seed, double correlation, double power)
{
    private readonly Random _random = new(seed);
    private readonly double _innovation = Math.Sqrt(1 - (correlation * correlation));
    private double? _z;

    /// <summary>Moves the Gaussian sequence from now on, in its standard deviations.</summary>
    public double Shift { get; set; }

    /// <summary>The next frame's entropy, 0 to 1.</summary>
    public double Next()
    {
        // Box and Muller.
        double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        _z = _z is { } last ? (correlation * last) + (_innovation * normal) : normal;
        return Math.Pow(NormalDistribution(_z.Value + Shift), power);
    }

    /// <summary>Φ by a logistic approximation (Page, Applied Statistics 1977), off by less than 2e-4: enough for a simulation.</summary>
    private static double NormalDistribution(double z) => 1 / (1 + Math.Exp(-1.5976 * z * (1 + (0.04417 * z * z))));
}
