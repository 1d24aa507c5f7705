namespace EdgeAdapt.Adaptation;

/// <summary>The learning rates of <see cref="CmaEs"/>: table 1 of Hansen's tutorial (arXiv 1604.00772), with α_cov = 2.</summary>
/// <param name="EffectiveParents">μ_eff = 1 / Σ w².</param>
/// <param name="StepRate">c_σ.</param>
/// <param name="StepDamping">d_σ.</param>
/// <param name="PathRate">c_c.</param>
/// <param name="RankOneRate">c₁.</param>
/// <param name="RankManyRate">c_μ.</param>
/// <param name="ExpectedLength">E‖N(0, I)‖ ≈ √n (1 − 1/(4n) + 1/(21n²)).</param>
internal sealed record CmaEsRates(
    double EffectiveParents, double StepRate, double StepDamping, double PathRate, double RankOneRate, double RankManyRate, double ExpectedLength)
{
    /// <summary>The rates of n dimensions and μ_eff.</summary>
    public static CmaEsRates Of(double n, double parents)
    {
        double step = (parents + 2) / (n + parents + 5);
        double one = 2 / (((n + 1.3) * (n + 1.3)) + parents);
        double many = Math.Min(1 - one, 2 * (0.25 + parents + (1 / parents) - 2) / (((n + 2) * (n + 2)) + parents));
        return new CmaEsRates(
            parents, step, 1 + (2 * Math.Max(0, Math.Sqrt((parents - 1) / (n + 1)) - 1)) + step, (4 + (parents / n)) / (n + 4 + (2 * parents / n)),
            one, many, Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n))));
    }
}
