namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>What `bench swap` measured of one network; its JSON form.</summary>
/// <param name="Network">The network.</param>
/// <param name="Routes">The routes side by side.</param>
/// <param name="Load">The agent's own route under requests; null where it was not asked for.</param>
internal sealed record SwapReport(string Network, IReadOnlyList<RouteTiming> Routes, LoadReport? Load);
