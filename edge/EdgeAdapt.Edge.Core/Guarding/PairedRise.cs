namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>By how much something rose between two answers to the same frames: the mean, and how much of it is sure.</summary>
/// <param name="Mean">Mean of the differences; 0 without any.</param>
/// <param name="Sure">The mean less 2.576 standard errors, the lower end of a 99 % interval of the mean where differences are independent.</param>
internal readonly record struct PairedRise(double Mean, double Sure)
{
    private const double StandardErrors = 2.576;

    /// <summary>Of the differences, one a frame.</summary>
    public static PairedRise Of(IReadOnlyCollection<double> differences)
    {
        if (differences.Count == 0)
        {
            return default;
        }

        double mean = differences.Average();
        double variance = differences.Count < 2 ? 0 : differences.Sum(d => (d - mean) * (d - mean)) / (differences.Count - 1);
        return new PairedRise(mean, mean - (StandardErrors * Math.Sqrt(variance / differences.Count)));
    }
}
