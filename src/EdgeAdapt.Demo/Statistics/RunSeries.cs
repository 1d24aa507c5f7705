namespace EdgeAdapt.Demo.Statistics;

/// <summary>Courses over the stream for plotting. X is the frame of the stream, the same for every agent.</summary>
internal static class RunSeries
{
    /// <summary>Accuracy over the last <paramref name="window"/> frames of each agent, at each frame from the first full window on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="window">Frames of each agent that one point averages, at least 1.</param>
    /// <param name="accuracy">Which accuracy to take.</param>
    public static IReadOnlyList<(double X, double Y)> Accuracy(RunRecord run, int window, Func<Tally, double?> accuracy)
    {
        int end = run.Agents.Max(a => a.Position);
        int stride = Math.Max(1, run.Frames / 400);
        var points = new List<(double, double)>();
        for (int x = Math.Min(window, end); x > 0 && x <= end; x += stride)
        {
            if (accuracy(Tally.Of(run.Agents, x - window, x)) is { } y)
            {
                points.Add((x, y));
            }
        }

        return points;
    }

    /// <summary>Samples selected for upload so far, at each phase border and between.</summary>
    public static IReadOnlyList<(double X, double Y)> Uploads(RunRecord run)
    {
        int end = run.Agents.Max(a => a.Position);
        int stride = Math.Max(1, run.Frames / 400);
        var points = new List<(double, double)> { (0, 0) };
        int sum = 0;
        for (int i = 0; i < end; i++)
        {
            sum += run.Agents.Count(a => a.Answer(i)?.Uploaded == true);
            if ((i + 1) % stride == 0 || i + 1 == end)
            {
                points.Add((i + 1, sum));
            }
        }

        return points;
    }

    /// <summary>
    /// A counter of the agents' status reports, summed over the agents. What is counted after the last frame, while the
    /// outbox drains, appears at the last frame.
    /// </summary>
    public static IReadOnlyList<(double X, double Y)> Counter(RunRecord run, Func<Reports.StatusReport, long> counter)
    {
        // Each report moves the sum by what its agent counted since its last report, at the frame the agent had reached.
        var steps = new List<(long Seen, long Change)>();
        foreach (AgentRecord agent in run.Agents)
        {
            long last = 0;
            foreach (Reports.StatusReport status in agent.Statuses)
            {
                steps.Add((Math.Min(status.Seen, run.Frames), counter(status) - last));
                last = counter(status);
            }
        }

        var points = new List<(double, double)> { (0, 0) };
        long sum = 0;
        foreach (IGrouping<long, (long Seen, long Change)> step in steps.GroupBy(s => s.Seen).OrderBy(g => g.Key))
        {
            sum += step.Sum(s => s.Change);
            points.Add((step.Key, sum));
        }

        return points;
    }

    /// <summary>The parameter version that answered each frame of one agent, as the corners of a staircase.</summary>
    public static IReadOnlyList<(double X, double Y)> Versions(AgentRecord agent)
    {
        var points = new List<(double, double)>();
        long last = -1;
        for (int i = 0; i < agent.Position; i++)
        {
            if (agent.Answer(i) is { Failure: null } answer && answer.Version != last)
            {
                if (last >= 0)
                {
                    points.Add((i, last));
                }

                points.Add((i, answer.Version));
                last = answer.Version;
            }
        }

        if (last >= 0)
        {
            points.Add((agent.Position, last));
        }

        return points;
    }
}
