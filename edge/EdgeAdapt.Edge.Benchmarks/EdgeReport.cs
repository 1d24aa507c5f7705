namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>What `bench edge` measured of one network; its JSON form.</summary>
/// <param name="Network">The network.</param>
/// <param name="Size">Image height and width in pixels.</param>
/// <param name="BareRuns">Every run of the bare loop.</param>
/// <param name="AgentRuns">Every run of the agent.</param>
internal sealed record EdgeReport(string Network, int Size, IReadOnlyList<SideResult> BareRuns, IReadOnlyList<SideResult> AgentRuns)
{
    /// <summary>The bare loop's run of median throughput.</summary>
    public SideResult Bare => Median(BareRuns);

    /// <summary>The agent's.</summary>
    public SideResult Agent => Median(AgentRuns);

    /// <summary>The agent's throughput over that of the bare loop just before it, the median over the rounds: what else the machine does changes from minute to minute.</summary>
    public double Throughput => Ratios.ElementAt((BareRuns.Count - 1) / 2);

    /// <summary>The same in the worst round.</summary>
    public double LowestThroughput => Ratios.First();

    /// <summary>The same in the best round.</summary>
    public double HighestThroughput => Ratios.Last();

    /// <summary>Memory of the agent's process at the end beyond that of the bare loop's.</summary>
    public long MoreMemoryBytes => Agent.ResidentBytes - Bare.ResidentBytes;

    private IOrderedEnumerable<double> Ratios => BareRuns.Zip(AgentRuns, (bare, agent) => agent.Rate / bare.Rate).Order();

    private static SideResult Median(IReadOnlyList<SideResult> runs) => runs.OrderBy(r => r.Rate).ElementAt((runs.Count - 1) / 2);
}
