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

    /// <summary>The agent's throughput over the bare loop's.</summary>
    public double Throughput => Agent.Rate / Bare.Rate;

    /// <summary>Memory of the agent's process at the end beyond that of the bare loop's.</summary>
    public long MoreMemoryBytes => Agent.ResidentBytes - Bare.ResidentBytes;

    private static SideResult Median(IReadOnlyList<SideResult> runs) => runs.OrderBy(r => r.Rate).ElementAt((runs.Count - 1) / 2);
}
