using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Results;

/// <summary>Whether a run showed what the demo is there to show.</summary>
internal static class Verdict
{
    /// <summary>Why the run does not count as a success, a sentence each; empty where it does.</summary>
    public static IReadOnlyList<string> Reasons(RunRecord run)
    {
        Tally overall = run.Overall;
        var reasons = new List<string>();
        if (overall.Compared == 0)
        {
            reasons.Add("No frame was answered.");
            return reasons;
        }

        // Where a run broke off, the other reasons say why; half of the phases prove nothing about adaptation.
        bool complete = run.Agents.All(a => Missing(a) == 0);
        if (complete && overall.AdaptedRight <= overall.SourceRight)
        {
            reasons.Add($"Adaptation did not help: {overall.AdaptedRight} of {overall.Compared} frames right with it, {overall.SourceRight} without.");
        }

        if (overall.Failed > 0)
        {
            string first = run.Agents.SelectMany(a => Enumerable.Range(0, a.Position).Select(a.Answer)).First(a => a?.Failure is not null)!.Failure!;
            reasons.Add($"Requests failed: {overall.Failed}, the first one with: {first}");
        }

        if (run.ParameterSets == 0)
        {
            reasons.Add("No parameter set of the cloud was put to use.");
        }

        foreach (AgentRecord agent in run.Agents)
        {
            AddMissing(agent, reasons);
        }

        return reasons;
    }

    private static void AddMissing(AgentRecord agent, List<string> reasons)
    {
        int missing = Missing(agent);
        if (missing > 0)
        {
            reasons.Add($"{agent.Device} left {missing} of {agent.Frames} frames without an answer.");
        }

        if (agent.Status is { Outbox: > 0 } status)
        {
            reasons.Add($"{agent.Device} ended with {status.Outbox} samples that the cloud had not acknowledged.");
        }

        if (agent.Status is { Dropped: > 0 and var dropped })
        {
            reasons.Add($"{agent.Device} lost {dropped} samples before the cloud had them.");
        }
    }

    private static int Missing(AgentRecord agent) => Enumerable.Range(0, agent.Frames).Count(i => agent.Answer(i) is null);
}
