namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// A share and its interval of 95 % confidence by Wilson's score (JASA 1927): unlike p ± 1.96 √(p(1 − p)/n) it stays within 0 and 1 and holds for few samples and
/// for shares near 1, which is where a good device is.
/// </summary>
/// <param name="Share">k / n.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record WilsonInterval(double Share, double Low, double High)
{
    /// <summary>The 97.5 % quantile of the standard normal distribution.</summary>
    private const double Quantile = 1.959963984540054;

    /// <summary>Of k successes in n trials; null for no trial.</summary>
    public static WilsonInterval? Of(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
        {
            return null;
        }

        double share = (double)successes / trials;
        double square = Quantile * Quantile;
        double centre = (share + (square / (2 * trials))) / (1 + (square / trials));
        double half = Quantile / (1 + (square / trials)) * Math.Sqrt((share * (1 - share) / trials) + (square / (4.0 * trials * trials)));
        return new WilsonInterval(share, Math.Max(centre - half, 0), Math.Min(centre + half, 1));
    }
}
