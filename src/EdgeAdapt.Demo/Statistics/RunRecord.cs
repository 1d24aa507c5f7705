namespace EdgeAdapt.Demo.Statistics;

/// <summary>What is known about a run of the demo: its phases and its agents. Every table and plot is computed from it.</summary>
/// <param name="Phases">The stretches of the stream, the same for every agent.</param>
/// <param name="Agents">The agents.</param>
internal sealed record RunRecord(IReadOnlyList<DemoPhase> Phases, IReadOnlyList<AgentRecord> Agents)
{
    /// <summary>Frames in one agent's stream.</summary>
    public int Frames => Phases[^1].End;

    /// <summary>Frames answered by all agents, over all their frames: 0 to 1.</summary>
    public double Progress => Agents.Sum(a => (double)a.Position) / ((double)Frames * Agents.Count);

    /// <summary>The phase that the slowest agent is in.</summary>
    public DemoPhase CurrentPhase
    {
        get
        {
            int position = Math.Min(Agents.Min(a => a.Position), Frames - 1);
            return Phases.First(p => position < p.End);
        }
    }

    /// <summary>Whether every agent said that it is done.</summary>
    public bool IsFinished => Agents.All(a => a.IsFinished);

    /// <summary>Counts of one phase.</summary>
    public Tally Of(DemoPhase phase) => Tally.Of(Agents, phase.First, phase.End);

    /// <summary>Counts of the whole run.</summary>
    public Tally Overall => Tally.Of(Agents, 0, Frames);

    /// <summary>Bytes that all agents have sent.</summary>
    public long BytesUp => Agents.Sum(a => a.Status?.BytesUp ?? 0);

    /// <summary>Bytes that all agents have received.</summary>
    public long BytesDown => Agents.Sum(a => a.Status?.BytesDown ?? 0);

    /// <summary>Samples of all agents that the cloud has acknowledged.</summary>
    public long Acknowledged => Agents.Sum(a => a.Status?.Uploaded ?? 0);

    /// <summary>Samples of all agents still waiting for the cloud.</summary>
    public long Queued => Agents.Sum(a => a.Status?.Outbox ?? 0);

    /// <summary>The newest parameter version in use.</summary>
    public long Version => Agents.Max(a => a.Status?.Version ?? 0);

    /// <summary>Different parameter sets of the cloud that at least one agent has put to use.</summary>
    public int ParameterSets => Agents.SelectMany(a => a.Swaps).Where(s => s.FromCloud).Select(s => s.Version).Distinct().Count();

    /// <summary>How long the swaps took: all of them, of the cloud's sets and of the agents' own statistics, in milliseconds.</summary>
    public IEnumerable<double> SwapMilliseconds => Agents.SelectMany(a => a.Swaps).Select(s => s.Milliseconds);
}
