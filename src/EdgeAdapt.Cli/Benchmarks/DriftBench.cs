using System.CommandLine;
using EdgeAdapt.Adaptation;
using Spectre.Console;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>`bench drift`: how often the change detectors of the edge agent cry wolf, and how soon they find a jump.</summary>
internal sealed class DriftBench : IVerb
{
    private const int Settling = 8000;
    private const int Patience = 20_000;
    private const int Trials = 50;
    private static readonly double[] Shifts = [0.25, 0.5, 1, 2];
    private static readonly (string Name, double Correlation, double Power)[] Streams =
    [
        ("independent, mean 0.20", 0, 4), ("independent, mean 0.06", 0, 16), ("correlated 0.9", 0.9, 4), ("correlated 0.98", 0.98, 4),
    ];

    private readonly Option<int> _frames = new("--frames")
    {
        Description = "Frames without a change, for each kind of stream.", DefaultValueFactory = _ => 1_000_000, HelpName = "N",
    };

    private readonly Option<int[]> _blocks = new("--blocks")
    {
        Description = "Frames whose mean is one value, as the agent's --drift-block.", DefaultValueFactory = _ => [8, 64], HelpName = "N", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _json = new("--json") { Description = "Writes every figure as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var drift = new Command(
            "drift",
            """
            Feeds the change detectors of the edge agent, as it sets them, with simulated entropies: first without any change, to count false alarms, then with jumps, to measure
            delays. Neighbouring frames of a camera are alike: correlated streams show what that does to detectors that take values for independent.

            Examples:
              edgeadapt bench drift
              edgeadapt bench drift --frames 10000000 --blocks 8 32 128 --json drift.json
            """)
        { _frames, _blocks, _json };
        VerbAction.Set(drift, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return drift;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        int frames = parsed.GetValue(_frames);
        int[] blocks = parsed.GetValue(_blocks)!;
        if (frames < Settling || blocks.Length == 0 || blocks.Any(b => b is < 1 or > 4096))
        {
            throw new UsageException($"Give --frames at least {Settling} and --blocks 1 to 4096.");
        }

        (string Name, Func<Func<double, ChangePoint?>> Create)[] detectors =
        [
            ("Page-Hinkley", () => new PageHinkley(new PageHinkleyOptions()).Update), ("ADWIN", () => new Adwin(new AdwinOptions()).Update),
        ];
        var table = new Table().AddColumns("stream", "block", "detector", "false alarms per 10^6 frames").AddColumns([.. Shifts.Select(s => $"jump {s:0.##}")]);
        List<DriftBenchRow> rows = [];
        foreach (((string Name, double Correlation, double Power) stream, int block, (string Name, Func<Func<double, ChangePoint?>> Create) detector) in
            Streams.SelectMany(s => blocks.SelectMany(b => detectors.Select(d => (s, b, d)))))
        {
            cancellation.ThrowIfCancellationRequested();
            SimulatedEntropies Entropies(int seed) => new(seed, stream.Correlation, stream.Power);
            int alarms = CountAlarms(Entropies(1), detector.Create(), block, frames);
            DriftBenchJump[] jumps = [.. Shifts.Select(shift => Jump(Entropies, detector.Create, block, shift, cancellation))];
            rows.Add(new DriftBenchRow(stream.Name, block, detector.Name, alarms, frames, jumps));
            table.AddRow([stream.Name, $"{block}", detector.Name, $"{alarms * 1e6 / frames:0.#}", .. jumps.Select(Describe)]);
        }

        context.Console.Write(table);
        context.Output.WriteLine($"A jump moves the Gaussian behind the entropies by so many of its deviations; the figure is the median delay in frames, of {Trials} jumps.");
        double nanoseconds = MeasureCost(context);
        context.Output.WriteLine($"Both detectors together take {nanoseconds:0} ns a value, {nanoseconds / 64:0.0} ns a frame at a block of 64.");
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new { Rows = rows, NanosecondsAValue = nanoseconds });
        }

        return ExitCode.Success;
    }

    private static string Describe(DriftBenchJump jump) =>
        $"{jump.Before:0.00} to {jump.After:0.00}: " + (jump.MedianDelay is { } delay ? $"{delay}" : $"{jump.Found} of {jump.Trials} found");

    private static int CountAlarms(SimulatedEntropies entropies, Func<double, ChangePoint?> detector, int block, int frames) =>
        Enumerable.Range(0, frames / block).Count(_ => detector(Mean(entropies, block)) is not null);

    private static DriftBenchJump Jump(Func<int, SimulatedEntropies> streams, Func<Func<double, ChangePoint?>> create, int block, double shift, CancellationToken cancellation)
    {
        var delays = new List<int>();
        (double before, double after) = (0, 0);
        int settling = Math.Max(Settling, 150 * block);
        for (int trial = 0; trial < Trials; trial++)
        {
            cancellation.ThrowIfCancellationRequested();
            SimulatedEntropies entropies = streams(1000 + trial);
            Func<double, ChangePoint?> detector = create();
            for (int frame = 0; frame < settling; frame += block)
            {
                double value = Mean(entropies, block);
                before += value * block / settling / Trials;
                detector(value);
            }

            entropies.Shift = shift;
            int? delay = null;
            for (int frame = block; frame <= Patience; frame += block)
            {
                double value = Mean(entropies, block);
                after += value * block / Patience / Trials;
                if (delay is null && detector(value) is { Direction: ChangeDirection.Rise })
                {
                    delay = frame;
                }
            }

            delays.Add(delay ?? int.MaxValue);
        }

        delays.Sort();
        return new DriftBenchJump(shift, before, after, delays.Count(d => d < int.MaxValue), Trials, delays[Trials / 2] < int.MaxValue ? delays[Trials / 2] : null);
    }

    private static double Mean(SimulatedEntropies entropies, int block)
    {
        double sum = 0;
        for (int i = 0; i < block; i++)
        {
            sum += entropies.Next();
        }

        return sum / block;
    }

    private static double MeasureCost(CommandContext context)
    {
        const int values = 1_000_000;
        (PageHinkley pageHinkley, Adwin adwin) = (new PageHinkley(new PageHinkleyOptions()), new Adwin(new AdwinOptions()));
        var entropies = new SimulatedEntropies(3, 0, 4);
        double[] ready = [.. Enumerable.Range(0, values).Select(_ => entropies.Next())];
        long start = context.Time.GetTimestamp();
        foreach (double value in ready)
        {
            pageHinkley.Update(value);
            adwin.Update(value);
        }

        return context.Time.GetElapsedTime(start).TotalNanoseconds / values;
    }
}
