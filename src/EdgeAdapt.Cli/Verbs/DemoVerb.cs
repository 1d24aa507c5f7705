using System.CommandLine;
using EdgeAdapt.Demo;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`demo`: the whole loop on this machine, on images that drift.</summary>
public sealed class DemoVerb : IVerb
{
    private static readonly DemoOptions Defaults = new();

    private readonly Option<string?> _json = new("--json") { Description = "Writes the figures as JSON.", HelpName = "FILE" };
    private readonly Option<string> _out = new("--out") { Description = "Folder for report.html, and for logs after a failure.", DefaultValueFactory = _ => Defaults.OutputFolder, HelpName = "DIR" };
    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder of corrupted images to stream one after another: NAME.npy, uint8 [N, H, W, C], and labels.npy. Left out: drawn road signs through a day of weather.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _student = new("--student") { Description = "The edge model, with --data.", HelpName = "ONNX" };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "The model that teaches it, with --data.", HelpName = "ONNX" };
    private readonly Option<string?> _mean = new("--mean") { Description = "Mean of each channel in units of x/255. Left out: from the manifest beside the student, else ImageNet's.", HelpName = "R,G,B" };
    private readonly Option<string?> _deviation = new("--std") { Description = "Standard deviation of each channel, with --mean.", HelpName = "R,G,B" };
    private readonly Option<double?> _rate = new("--rate") { Description = $"Frames a second of each agent. Default {DemoOptions.DefaultRate}.", HelpName = "N" };
    private readonly Option<int?> _frames = new("--frames-per-phase")
    {
        Description = $"Frames of each agent under one condition. Default {DemoOptions.DefaultFramesPerPhase}; with --data as many as make the run about three minutes long.",
        HelpName = "N",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the streams; equal seeds stream equal frames.", DefaultValueFactory = _ => Defaults.Seed, HelpName = "N" };
    private readonly Option<bool> _keep = new("--keep") { Description = "Keeps the working folder: streams, reports, logs, states." };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "demo",
            """
            Runs the whole loop here: a Mosquitto broker, the cloud service and two edge agents as processes of their own, on images that drift. Shows accuracy
            with and without adaptation as it goes, and writes a report. Exits with 1 when adaptation did not help, a request failed, or no parameter set arrived.

            Examples:
              edgeadapt demo
              edgeadapt demo --json d.json --out report
              edgeadapt demo --data cifar10c --student resnet20_cifar10.onnx --teacher resnet56_cifar10.onnx
            """)
        { _json, _out, _data, _student, _teacher, _mean, _deviation, _rate, _frames, _seed, _keep };
        VerbAction.Set(command, context, (parsed, cancellation) => RunAsync(context, parsed, cancellation));
        return command;
    }

    private async Task<ExitCode> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        var options = new DemoOptions
        {
            JsonFile = parsed.GetValue(_json),
            OutputFolder = parsed.GetRequiredValue(_out),
            DataFolder = parsed.GetValue(_data),
            Student = parsed.GetValue(_student),
            Teacher = parsed.GetValue(_teacher),
            Mean = parsed.GetValue(_mean),
            StandardDeviation = parsed.GetValue(_deviation),
            Rate = parsed.GetValue(_rate),
            FramesPerPhase = parsed.GetValue(_frames),
            Seed = parsed.GetValue(_seed),
            Keep = parsed.GetValue(_keep),
        };
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new UsageException(string.Join(" ", faults));
        }

        try
        {
            DemoOutcome outcome = await DemoCommand.RunAsync(options, context.Console, context.Time, cancellation).ConfigureAwait(false);
            return outcome == DemoOutcome.Passed ? ExitCode.Success : ExitCode.Failure;
        }
        catch (DemoException e)
        {
            await context.Error.WriteLineAsync($"edgeadapt demo: {e.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return ExitCode.Failure;
        }
    }
}
