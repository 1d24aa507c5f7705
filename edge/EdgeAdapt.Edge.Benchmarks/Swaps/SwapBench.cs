using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Cli;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Spectre.Console;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>`bench swap`: ways to new parameters side by side, and requests while they change.</summary>
internal sealed class SwapBench : IVerb
{
    private const int Sets = 8;
    private const int Images = 16;
    private const int LoadSteps = 100;
    private readonly Option<string[]> _networks = new("--networks")
    {
        Description = "The networks to measure.",
        DefaultValueFactory = _ => [.. BenchedModel.All.Select(m => m.Name)],
        HelpName = "NAMES",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _timed = new("--timed") { Description = "Swaps that are timed on each route.", DefaultValueFactory = _ => 20, HelpName = "N" };
    private readonly Option<int> _swaps = new("--swaps") { Description = "Swaps under load.", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private readonly Option<int> _requests = new("--requests") { Description = "Requests under load, from two clients at once, to the first network; 0 for none.", DefaultValueFactory = _ => 100_000, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of one inference; 0 for one a core.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes the figures as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var swap = new Command(
            "swap",
            """
            Times the ways from new parameters to a model that answers with them, side by side; then swaps under load and compares every answer, bit for bit,
            with what the version that it names gives.

            Examples:
              edgeadapt bench swap
              edgeadapt bench swap --networks resnet20 --requests 10000 --swaps 100 --json swap.json
            """)
        { _networks, _timed, _swaps, _requests, _threads, _json };
        VerbAction.Set(swap, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return swap;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        BenchedModel[] networks = [.. parsed.GetValue(_networks)!.Select(BenchedModel.Of)];
        int requests = parsed.GetValue(_requests);
        (int timed, int swaps, int threads) = (parsed.GetValue(_timed), parsed.GetValue(_swaps), parsed.GetValue(_threads));
        if (timed < 1 || swaps < 1 || threads < 0 || requests is < 0 or (> 0 and < 100))
        {
            throw new UsageException("Give at least 1 timed swap, 1 swap under load, 0 threads, and 0 or at least 100 requests.");
        }

        var settings = new SessionSettings { Threads = threads };
        int steps = (networks.Length * RouteCount) + (requests > 0 ? LoadSteps : 0);
        List<SwapReport> reports = ProgressBar.Run(context, "bench swap", steps, report => networks
            .Select((network, i) => Measure(network, timed, swaps, i == 0 ? requests : 0, settings, report, cancellation)).ToList());
        reports.ForEach(r => Print(context, r));
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new { Networks = reports });
        }

        return reports.All(r => r.Load is null or { Failed: 0, Mixed: 0 }) ? ExitCode.Success : ExitCode.Failure;
    }

    private static int RouteCount => 6;

    private static SwapReport Measure(BenchedModel network, int timed, int swaps, int requests, SessionSettings settings, Action<string> report, CancellationToken cancellation)
    {
        NormalizationModel model = NormalizationModel.Of(network.Build());
        var random = new Random(1);
        IReadOnlyList<LayerParameters>[] sets = [.. Enumerable.Range(0, Sets).Select(_ => Moved(model, random))];
        int[] shape = [3, network.Size, network.Size];
        var images = new FloatTensor(
            [.. Enumerable.Range(0, Images * 3 * network.Size * network.Size).Select(_ => (2 * random.NextSingle()) - 1)], Images, 3, network.Size, network.Size);
        FloatTensor image = images.Select([0]);
        List<RouteTiming> routes = [];
        float[][] expected = [];
        foreach (Func<ISwapRoute> route in RouteComparison.Routes(model, shape, settings))
        {
            cancellation.ThrowIfCancellationRequested();
            if (expected.Length == 0)
            {
                using ISwapRoute rebuilt = route();
                expected = [.. sets.Select(set => Once(rebuilt, set, image))];
            }

            routes.Add(RouteComparison.Time(route(), sets, expected, image, timed));
            report($"{network.Name}, {routes[^1].Route}");
        }

        LoadReport? load = requests == 0 ? null : new LoadRun(model, sets, images, settings).Run(requests, swaps, report, cancellation);
        return new SwapReport(network.Name, routes, load);
    }

    private static float[] Once(ISwapRoute route, IReadOnlyList<LayerParameters> set, FloatTensor image)
    {
        route.Swap(set);
        return route.Run(image);
    }

    private static LayerParameters[] Moved(NormalizationModel model, Random random) =>
    [
        .. model.Source.Select(layer => new LayerParameters(
            [.. layer.Scale.Select(v => v * (1 + (0.1f * random.NextSingle())))], [.. layer.Bias.Select(v => v + (0.1f * random.NextSingle()))],
            [.. layer.Mean.Select(v => v + (0.1f * random.NextSingle()))], [.. layer.Variance.Select(v => v * (1 + (0.1f * random.NextSingle())))])),
    ];

    private static void Print(CommandContext context, SwapReport report)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle(report.Network) };
        table.AddColumns("Route", "Swap p50 ms", "Swap p99 ms", "First answer ms", "Answer p50 ms", "Answers with the new parameters");
        foreach (RouteTiming route in report.Routes)
        {
            table.AddRow(
                route.Route, Text(route.Swap.P50), Text(route.Swap.P99), Text(route.First.P50), Text(route.Steady.P50),
                route.IsRight ? $"yes (off by {route.MaximumError:G2})" : $"no (off by {route.MaximumError:G2})");
        }

        context.Console.Write(table);
        if (report.Load is { } load)
        {
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{load.Requests} requests, {load.Swaps} swaps, {load.SwapsPerMinute:F0} a minute: {load.Failed} failed, {load.Mixed} mixed; p99 {load.Swapping.P99:F2} ms against {load.Steady.P99:F2} ms before ({load.P99Ratio:F2} times); " +
                $"memory {load.BytesAfter / 1e6:F0} MB against {load.BytesBefore / 1e6:F0} MB before ({load.MemoryRatio:F3} times)."));
        }
    }

    private static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
