using System.CommandLine;
using EdgeAdapt.Cli.Benchmarks;
using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`bench`: measures this engine against a named peer, both on this machine in one run.</summary>
public sealed class BenchVerb : IVerb
{
    private readonly Option<string> _architecture = new("--architecture") { Description = "A classifier of torchvision.models.", DefaultValueFactory = _ => "resnet18", HelpName = "NAME" };
    private readonly Option<int> _batch = Number("--batch", "Images a step.", 32);
    private readonly Option<int> _size = Number("--size", "Image height and width in pixels.", 224);
    private readonly Option<int> _steps = Number("--steps", "Timed steps of each side, after one that is not timed.", 5);
    private readonly Option<int> _threads = Number("--threads", "Threads of each side; 0 for one a core.", 0);
    private readonly Option<string> _python = new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3", HelpName = "FILE" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes every step's time as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var step = new Command(
            "step",
            """
            Times the cloud's student step (distillation, batch renormalization, gradient of all scales and biases) on random images: PyTorch first, then this engine on the same network.

            Example:
              edgeadapt bench step --steps 5 --json step.json
            """)
        { _architecture, _batch, _size, _steps, _threads, _python, _json };
        VerbAction.Set(step, context, (parsed, cancellation) => RunAsync(context, parsed, cancellation));
        return new Command(
            "bench",
            """
            Measures this engine against a named peer, on this machine in one run.

            Example:
              edgeadapt bench step
            """)
        { step, new BenchGradients().Create(context) };
    }

    private async Task<ExitCode> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        int batch = AtLeast(1, _batch, parsed);
        int size = AtLeast(32, _size, parsed);
        int steps = AtLeast(1, _steps, parsed);
        int threads = AtLeast(0, _threads, parsed);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-bench-");
        try
        {
            string model = Path.Combine(folder.FullName, "model.onnx");
            TorchTiming torch = await TorchStep.RunAsync(
                parsed.GetValue(_python)!, model, parsed.GetValue(_architecture)!, batch, size, steps, threads, cancellation).ConfigureAwait(false);

            // One rule for both medians: PyTorch's script takes the mean of two middle values, StepTiming the lower.
            torch = torch with { Median = new StepTiming(torch.Batch, 0, torch.Seconds).MedianSeconds };
            Print(context, $"PyTorch {torch.Torch}", torch.Median, torch.Seconds);
            StepTiming own = StepBenchmark.Run(
                NormalizationModel.Of(OnnxModel.Load(model)), batch, steps, new SessionSettings { Threads = threads }, context.Time);
            Print(context, "EdgeAdapt", own.MedianSeconds, own.StepSeconds);
            var report = new StepBenchReport(own, torch, torch.Median / own.MedianSeconds);
            await context.Output.WriteLineAsync(
                $"One student step of {torch.Architecture}, {batch} images of {size} x {size}, {torch.Threads} threads: " +
                $"{report.Speedup:F2} times as fast as PyTorch (medians of {steps} steps).").ConfigureAwait(false);
            if (parsed.GetValue(_json) is { } json)
            {
                JsonReport.Write(json, report);
            }

            return ExitCode.Success;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(CommandContext context, string name, double median, IReadOnlyList<double> seconds) =>
        context.Output.WriteLine($"{name,-20} {median:F3} s a step   ({string.Join(", ", seconds.Select(s => s.ToString("F3", System.Globalization.CultureInfo.InvariantCulture)))})");

    private static Option<int> Number(string name, string description, int otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise, HelpName = "N" };

    private static int AtLeast(int minimum, Option<int> option, ParseResult parsed) =>
        parsed.GetValue(option) is var value && value >= minimum ? value : throw new UsageException($"{option.Name} is {value}; give at least {minimum}.");
}
