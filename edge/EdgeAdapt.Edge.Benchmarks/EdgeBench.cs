using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeAdapt.Cli;
using EdgeAdapt.Edge.Core.Frames;
using Spectre.Console;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>`bench edge`: what an answer of the agent costs beyond a bare loop around ONNX Runtime.</summary>
internal sealed class EdgeBench : IVerb
{
    private const int DistinctFrames = 64;
    private const string Bare = "bare";
    private const string Agent = "agent";

    // A turn of a third of a second to one second: short beside the minutes after which the host may run the cores elsewhere, long beside the caches' warming anew.
    private const int TurnsOfARun = 40;
    private readonly Option<string[]> _networks = new("--networks")
    {
        Description = "The networks to measure.",
        DefaultValueFactory = _ => [.. BenchedModel.All.Select(m => m.Name)],
        HelpName = "NAMES",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _rounds = new("--rounds") { Description = "Runs of both sides; the round with the median ratio counts.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<int?> _frames = new("--frames") { Description = "Frames of a run while the clock runs, after as many to warm up. Left out: what suits the network.", HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of one inference; 0 for one a core.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes every run as JSON.", HelpName = "FILE" };
    private readonly Option<string?> _side = new("--side") { Hidden = true };
    private readonly Option<string?> _folder = new("--folder") { Hidden = true };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var edge = new Command(
            "edge",
            """
            Compares the agent (entropy filter, statistics of its own, guard, outbox under a byte budget) with a bare loop around ONNX Runtime.
            Both take the same frames from memory as fast as they can, bring them into form with the same operators, and ask the same model, one frame at a
            time. Each side is a process of its own. They take turns of a second or less, the other one stopped meanwhile: a machine whose speed changes changes it
            for both.

            Examples:
              edgeadapt bench edge
              edgeadapt bench edge --networks resnet20 --rounds 9 --json edge.json
            """)
        { _networks, _rounds, _frames, _threads, _json, _side, _folder };
        VerbAction.Set(edge, context, (parsed, cancellation) => RunAsync(context, parsed, cancellation));
        return edge;
    }

    private async Task<ExitCode> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        BenchedModel[] models = [.. parsed.GetValue(_networks)!.Select(BenchedModel.Of).Select(m => m with { Frames = parsed.GetValue(_frames) ?? m.Frames })];
        int threads = parsed.GetValue(_threads);
        int rounds = parsed.GetValue(_rounds);
        if (rounds < 1 || models.Any(m => m.Frames < 10) || threads < 0)
        {
            throw new UsageException("Give at least 1 round, 10 frames and 0 threads.");
        }

        if (parsed.GetValue(_side) is { } side)
        {
            SideProcess.EndWithStarter();
            SideResult result = await RunSideAsync(side, models[0], parsed.GetValue(_folder)!, threads).ConfigureAwait(false);
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(result)).ConfigureAwait(false);
            return ExitCode.Success;
        }

        List<EdgeReport> reports = ProgressBar.Run(context, "bench edge", rounds * models.Length * TurnsOfARun, report => Measure(models, rounds, threads, report, cancellation));
        Print(context, reports);
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new { Networks = reports });
        }

        return ExitCode.Success;
    }

    private static List<EdgeReport> Measure(BenchedModel[] models, int rounds, int threads, Action<string> report, CancellationToken cancellation)
    {
        List<EdgeReport> reports = [];
        foreach (BenchedModel model in models)
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-bench-");
            try
            {
                string path = Path.Combine(folder.FullName, model.Name + ".onnx");
                File.WriteAllBytes(path, model.Build().ToBytes());
                BenchSides.WriteFolded(path, Folded(path));
                List<SideResult> bare = [], agent = [];
                for (int i = 0; i < rounds; i++)
                {
                    (SideResult ofBare, SideResult ofAgent) = RunRound(model, folder.FullName, threads, () => report(model.Name), cancellation);
                    bare.Add(ofBare);
                    agent.Add(ofAgent);
                }

                reports.Add(new EdgeReport(model.Name, model.Size, bare, agent));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return reports;
    }

    private static (SideResult Bare, SideResult Agent) RunRound(BenchedModel model, string folder, int threads, Action turnTaken, CancellationToken cancellation)
    {
        using var bare = SideProcess.Start(Arguments(Bare, model, folder, threads));
        using var agent = SideProcess.Start(Arguments(Agent, model, folder, threads));
        while (bare.Result is null || agent.Result is null)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (SideProcess side in (SideProcess[])[bare, agent])
            {
                if (side.Result is null)
                {
                    side.TakeTurn();
                }
            }

            turnTaken();
        }

        return (bare.Result, agent.Result);
    }

    private static string[] Arguments(string side, BenchedModel model, string folder, int threads) =>
    [
        "bench", "edge", "--side", side, "--networks", model.Name, "--folder", folder,
        "--frames", model.Frames.ToString(CultureInfo.InvariantCulture), "--threads", threads.ToString(CultureInfo.InvariantCulture),
    ];

    private static async Task<SideResult> RunSideAsync(string side, BenchedModel model, string folder, int threads)
    {
        string path = Path.Combine(folder, model.Name + ".onnx");
        var turns = new Turns(Math.Max(1, 2 * model.Frames / TurnsOfARun));
        var sides = new BenchSides(path, Frames(model.Size), model.Frames, model.Frames, threads, turns);
        return side == Bare ? sides.RunBare(Folded(path)) : await sides.RunAgentAsync(Path.Combine(folder, $"state-{Environment.ProcessId}")).ConfigureAwait(false);
    }

    private static string Folded(string model) => Path.ChangeExtension(model, ".folded");

    private static Frame[] Frames(int size)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, DistinctFrames).Select(i =>
            {
                byte[] pixels = new byte[size * size * 3];
                random.NextBytes(pixels);
                return new Frame { Name = $"frame {i}", Bytes = pixels, Height = size, Width = size };
            }),
        ];
    }

    private static void Print(CommandContext context, List<EdgeReport> reports)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("Network", "Side", "Frames a second", "p50 ms", "p99 ms", "Memory MB", "Peak MB", "All refreshes", "All samples");
        foreach (EdgeReport report in reports)
        {
            foreach ((string side, SideResult result) in ((string, SideResult)[])[("ONNX Runtime", report.Bare), ("EdgeAdapt", report.Agent)])
            {
                table.AddRow(
                    report.Network, side, Text(result.Rate, "F0"), Text(result.Milliseconds.P50, "F3"), Text(result.Milliseconds.P99, "F3"), Text(result.ResidentBytes / 1e6, "F0"),
                    Text(result.PeakBytes / 1e6, "F0"), Text(result.Statistics, "F0"), Text(result.Samples, "F0"));
            }
        }

        context.Console.Write(table);
        foreach (EdgeReport report in reports)
        {
            context.Output.WriteLine(
                $"{report.Network} at {report.Size} x {report.Size}: the agent reaches {Text(report.Throughput, "F3")} of the bare loop's throughput " +
                $"({Text(report.LowestThroughput, "F3")} to {Text(report.HighestThroughput, "F3")} over {report.BareRuns.Count} rounds) and takes {Text(report.MoreMemoryBytes / 1e6, "F0")} MB more memory.");
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
