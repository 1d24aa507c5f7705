using System.Text.Json;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Results;

/// <summary>What a run of the demo measured, as its JSON file holds it. Fractions run from 0 to 1.</summary>
internal sealed record DemoResult(
    bool Passed,
    IReadOnlyList<string> Reasons,
    AccuracyResult Accuracy,
    SampleResult Samples,
    ByteResult Bytes,
    int ParameterSets,
    RequestResult Requests,
    SwapResult SwapMilliseconds,
    IReadOnlyList<PhaseResult> Phases,
    IReadOnlyList<AgentResult> Agents,
    RunSettings Settings,
    int Seed,
    double Seconds,
    DateTimeOffset Started)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Sums a run up.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">How it was run.</param>
    /// <param name="started">When it started.</param>
    /// <param name="duration">How long it took, start-up included.</param>
    /// <param name="faults">What went wrong besides what the figures show, each a sentence.</param>
    public static DemoResult Of(RunRecord run, RunSettings settings, DateTimeOffset started, TimeSpan duration, IReadOnlyList<string> faults)
    {
        Tally overall = run.Overall;
        IReadOnlyList<string> reasons = [.. faults, .. Verdict.Reasons(run)];
        return new DemoResult(
            reasons.Count == 0, reasons, AccuracyResult.Of(overall),
            new SampleResult(overall.Frames, overall.Uploaded, run.Acknowledged, run.Queued),
            new ByteResult(run.BytesUp, run.BytesDown), run.ParameterSets,
            new RequestResult(overall.Frames - overall.Failed, overall.Failed), SwapResult.Of([.. run.SwapMilliseconds]),
            [.. run.Phases.Select(p => PhaseResult.Of(p.Name, run.Of(p)))],
            [.. run.Agents.Select(a => AgentResult.Of(a, Tally.Of([a], 0, run.Frames)))],
            settings, settings.Seed, Math.Round(duration.TotalSeconds, 1), started);
    }

    /// <summary>The JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);
}

/// <summary>Accuracy without and with adaptation on the same frames; null where no frame was compared.</summary>
internal sealed record AccuracyResult(double? Source, double? Adapted)
{
    public static AccuracyResult Of(Tally tally) => new(tally.SourceAccuracy, tally.AdaptedAccuracy);
}

/// <summary>Frames seen; of them selected and stored for upload; of those acknowledged by the cloud, and still waiting at the end.</summary>
internal sealed record SampleResult(long Seen, long Uploaded, long Acknowledged, long Waiting);

/// <summary>Bytes of all agents: payloads and topics of MQTT messages.</summary>
internal sealed record ByteResult(long Up, long Down);

/// <summary>Classification requests by their end.</summary>
internal sealed record RequestResult(long Answered, long Failed);

/// <summary>Swaps of the parameters in use, milliseconds; null where there was none.</summary>
internal sealed record SwapResult(int Count, double? P50, double? P99, double? Maximum)
{
    public static SwapResult Of(IReadOnlyList<double> values) =>
        new(values.Count, Percentile.Of(values, 0.5), Percentile.Of(values, 0.99), Percentile.Of(values, 1));
}

/// <summary>One phase of the stream, both agents together.</summary>
internal sealed record PhaseResult(string Name, int Frames, AccuracyResult Accuracy, int Uploaded, double? UploadedFraction)
{
    public static PhaseResult Of(string name, Tally tally) =>
        new(name, tally.Frames, AccuracyResult.Of(tally), tally.Uploaded, tally.UploadedShare);
}

/// <summary>One agent over the whole stream.</summary>
internal sealed record AgentResult(
    string Device, int Frames, int Failed, AccuracyResult Accuracy, int Uploaded, long Waiting, ByteResult Bytes, long Version,
    int ParameterSwaps, int StatisticsSwaps, int Refused, bool Finished)
{
    public static AgentResult Of(AgentRecord agent, Tally tally) => new(
        agent.Device, tally.Frames, tally.Failed, AccuracyResult.Of(tally), tally.Uploaded, agent.Status?.Outbox ?? 0,
        new ByteResult(agent.Status?.BytesUp ?? 0, agent.Status?.BytesDown ?? 0), agent.Status?.Version ?? 0,
        agent.Swaps.Count(s => s.FromCloud), agent.Swaps.Count(s => !s.FromCloud), agent.Refusals.Count, agent.IsFinished);
}
