using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>`bench step`: one training step against PyTorch's, and against the convolutions that no engine can do without.</summary>
internal sealed class StepBench : IVerb
{
    private readonly Option<string[]> _networks = new("--networks")
    {
        Description = "The networks to measure; also any other classifier of torchvision.models.",
        DefaultValueFactory = _ => [.. BenchedNetwork.Standard.Select(n => n.Name)],
        HelpName = "NAMES",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _batch = Number("--batch", "Images a step. Left out: what suits the network.");
    private readonly Option<int?> _size = Number("--size", "Image height and width in pixels. Left out: the network's.");
    private readonly Option<int?> _steps = Number("--steps", "Timed steps of each side, after one that is not timed. Left out: 5, and 25 of the small network.");
    private readonly Option<int?> _threads = Number("--threads", "Threads of each side. Left out: one a core.");
    private readonly Option<bool> _operators = new("--operators") { Description = "Shows in which operators the time of a step goes." };
    private readonly Option<string> _python = new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3", HelpName = "FILE" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes every step's time as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var step = new Command(
            "step",
            """
            Times the cloud's student step (distillation, batch renormalization, gradient of all scales and biases) on random images: PyTorch first, then this engine on the same network.
            The floor is the time of the network's convolutions and matrix products, forward and backward, in a step of this engine.

            Examples:
              edgeadapt bench step
              edgeadapt bench step --networks resnet18 --steps 9 --operators --json step.json
            """)
        { _networks, _batch, _size, _steps, _threads, _operators, _python, _json };
        VerbAction.Set(step, context, (parsed, cancellation) => RunAsync(context, parsed, cancellation));
        return step;
    }

    private async Task<ExitCode> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        BenchedNetwork[] networks =
        [
            .. parsed.GetValue(_networks)!.SelectMany(n => n.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(BenchedNetwork.Of)
                .Select(n => n with
                {
                    Batch = AtLeast(1, _batch, parsed) ?? n.Batch,
                    Size = AtLeast(32, _size, parsed) ?? n.Size,
                    Steps = AtLeast(1, _steps, parsed) ?? n.Steps,
                }),
        ];
        int threads = AtLeast(0, _threads, parsed) ?? 0;
        string python = parsed.GetValue(_python)!;
        var reports = new List<StepBenchReport>();
        foreach (BenchedNetwork network in networks)
        {
            StepBenchReport report = await MeasureAsync(context, network, python, threads, cancellation).ConfigureAwait(false);
            reports.Add(report);
            await context.Output.WriteLineAsync(
                $"  {report.Speedup:F2} times as fast as PyTorch, {report.OverFloor:F2} times the floor (medians of {network.Steps} steps, {report.PyTorch.Threads} threads).").ConfigureAwait(false);
            if (parsed.GetValue(_operators))
            {
                PrintOperators(context, report.EdgeAdapt.Profile!);
            }
        }

        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new { Networks = reports });
        }

        return ExitCode.Success;
    }

    private static async Task<StepBenchReport> MeasureAsync(
        CommandContext context, BenchedNetwork network, string python, int threads, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-bench-");
        try
        {
            string model = Path.Combine(folder.FullName, "model.onnx");
            TorchTiming torch = await TorchStep.RunAsync(python, model, network.Name, network.Batch, network.Size, network.Steps, threads, cancellation).ConfigureAwait(false);

            // One rule for both medians: PyTorch's script takes the mean of two middle values, StepTiming the lower.
            torch = torch with { Median = new StepTiming(torch.Batch, 0, torch.Seconds).MedianSeconds };
            await context.Output.WriteLineAsync($"{network.Name}, {network.Batch} images of {network.Size} x {network.Size}").ConfigureAwait(false);
            Print(context, $"PyTorch {torch.Torch}", torch.Median, torch.PeakMemoryBytes, torch.Seconds);
            StepTiming own = StepBenchmark.Run(
                NormalizationModel.Of(OnnxModel.Load(model)), network.Batch, network.Steps, new SessionSettings { Threads = threads }, context.Time, profile: true);
            Print(context, "EdgeAdapt", own.MedianSeconds, own.PeakMemoryBytes, own.StepSeconds);
            return new StepBenchReport(own, torch, torch.Median / own.MedianSeconds, own.MedianSeconds / own.Profile!.FloorSeconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(CommandContext context, string name, double median, long? memory, IReadOnlyList<double> seconds)
    {
        string peak = memory is null ? "memory unknown" : $"peak {memory / 1e9:F2} GB";
        context.Output.WriteLine($"  {name,-20} {median:F3} s a step   {peak}   ({string.Join(", ", seconds.Select(s => s.ToString("F3", CultureInfo.InvariantCulture)))})");
    }

    private static void PrintOperators(CommandContext context, StepProfile profile)
    {
        foreach (OperatorTime time in profile.Operators.Take(12))
        {
            context.Output.WriteLine($"    {time.Operator,-24} {time.Calls,5} calls {1000 * time.Seconds,9:F1} ms");
        }
    }

    private static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static int? AtLeast(int minimum, Option<int?> option, ParseResult parsed) =>
        !(parsed.GetValue(option) < minimum) ? parsed.GetValue(option) : throw new UsageException($"{option.Name} is {parsed.GetValue(option)}; give at least {minimum}.");
}
