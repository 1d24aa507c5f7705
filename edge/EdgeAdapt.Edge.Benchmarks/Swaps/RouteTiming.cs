namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>What `bench swap` measured of one route.</summary>
/// <param name="Route">What it does.</param>
/// <param name="Swap">Milliseconds of one swap.</param>
/// <param name="First">Milliseconds of the first answer after one.</param>
/// <param name="Steady">Milliseconds of a later answer.</param>
/// <param name="MaximumError">Largest distance of a logit from that of the model rebuilt with the same parameters, over the largest logit; above 0.001 the route does not answer with them.</param>
internal sealed record RouteTiming(string Route, Percentiles Swap, Percentiles First, Percentiles Steady, double MaximumError)
{
    /// <summary>Whether answers are computed with the parameters that were swapped in.</summary>
    public bool IsRight => MaximumError <= 1e-3;
}
