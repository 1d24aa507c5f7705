using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Tests;

/// <summary>A run made of report lines as agents write them, with accuracies that the tests choose.</summary>
internal static class CannedRun
{
    public static readonly string[] PhaseNames = ["clean", "fog", "low light, noise", "motion blur", "snow", "clean again"];

    /// <summary>Two agents; each has a class right with the probability given for its phase.</summary>
    public static RunRecord Make(IReadOnlyList<string> names, int framesPerPhase, double[] source, double[] adapted, int seed = 3)
    {
        DemoPhase[] phases = [.. names.Select((n, i) => new DemoPhase(n, i * framesPerPhase, framesPerPhase))];
        return new RunRecord(phases, [Agent("cam-1", seed), Agent("cam-2", seed + 1)]);

        AgentRecord Agent(string device, int agentSeed)
        {
            var random = new Random(agentSeed);
            int frames = phases.Length * framesPerPhase;
            int[] labels = [.. Enumerable.Range(0, frames).Select(_ => random.Next(10))];
            var record = new AgentRecord(device, labels);
            record.AddSource([.. labels.Select((l, i) => random.NextDouble() < source[i / framesPerPhase] ? l : (l + 1) % 10)]);
            long up = 0, version = 0;
            for (int i = 0; i < frames; i++)
            {
                int answer = random.NextDouble() < adapted[i / framesPerPhase] ? labels[i] : (labels[i] + 1) % 10;
                bool uploaded = random.NextDouble() < 0.3;
                up += uploaded ? 2100 : 0;
                Apply(record, $$"""{"type":"answer","frame":{{i}},"class":{{answer}},"entropy":0.41,"version":{{version}},"uploaded":{{(uploaded ? "true" : "false")}}}""");
                if (i % 100 == 99)
                {
                    version++;
                    Apply(record, $$"""{"type":"swap","version":{{version}},"kind":"parameters","milliseconds":{{8 + random.NextDouble() * 9:0.00}}}""");
                }

                if (i % 25 == 24)
                {
                    Apply(record, Status("status", i + 1, up, version));
                }
            }

            Apply(record, Status("finished", frames, up, version));
            return record;
        }
    }

    public static void Apply(AgentRecord record, string line) => record.Apply(AgentReportParser.Parse(line)!);

    private static string Status(string type, int seen, long up, long version) =>
        $$"""{"type":"{{type}}","time":"2026-01-02T03:04:05Z","connected":true,"outbox":0,"outboxBytes":0,"seen":{{seen}},"selected":{{up / 2100}},"uploaded":{{up / 2100}},"bytesUp":{{up}},"bytesDown":{{version * 6200}},"version":{{version}},"statisticsRefreshes":6,"maximumEntropy":0.9}""";
}
