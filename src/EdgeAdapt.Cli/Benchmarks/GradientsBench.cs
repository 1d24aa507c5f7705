using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;
using Spectre.Console;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>`bench gradients`: losses, gradients and batch statistics of whole networks against PyTorch's autograd.</summary>
internal sealed class GradientsBench : IVerb
{
    private static readonly PythonScript Script = new("tests/benchmarks/gradients/networks.py");
    private readonly Option<string?> _networks = new("--networks") { Description = "Networks to check, with commas between; all of them if left out.", HelpName = "A,B" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of ONNX Runtime; 0 for one a core.", HelpName = "N" };
    private readonly Option<string> _python = new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3", HelpName = "FILE" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes the table as JSON.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "gradients",
            """
            Exports torchvision's networks with random weights and compares losses, gradients of all scales and biases, and batch statistics with PyTorch's autograd in float64. Fails where one tensor is off by more than 1e-4.

            Example:
              edgeadapt bench gradients --networks resnet18,deit_tiny
            """)
        { _networks, _threads, _python, _json };
        VerbAction.Set(command, context, (parsed, cancellation) => RunAsync(context, parsed, cancellation));
        return command;
    }

    private async Task<ExitCode> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        string python = parsed.GetValue(_python)!;
        int threads = parsed.GetValue(_threads) is var given && given >= 0 ? given : throw new UsageException($"--threads is {given}; give at least 0.");
        string[] known = Words(await Script.RunAsync(python, ["--list"], cancellation).ConfigureAwait(false), '\n');
        string[] chosen = parsed.GetValue(_networks) is { } names ? Words(names, ',') : known;
        if (chosen.Length == 0 || chosen.Except(known).Any())
        {
            throw new UsageException($"--networks names '{string.Join(", ", chosen.Except(known))}'; there are {string.Join(", ", known)}.");
        }

        var rows = new List<GradientRow>();
        await ProgressBar.RunAsync(context, "Networks", chosen.Length, async report =>
        {
            foreach (string network in chosen)
            {
                rows.AddRange(await CheckAsync(network, python, new SessionSettings { Threads = threads }, cancellation).ConfigureAwait(false));
                report(network);
            }
        }).ConfigureAwait(false);
        Print(context, rows);
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, rows);
        }

        int failed = rows.Count(r => !r.Ok);
        await context.Output.WriteLineAsync(failed == 0
            ? $"All {rows.Count} graphs of {chosen.Length} networks agree with PyTorch: no tensor is off by more than 1e-4."
            : $"{failed} of {rows.Count} graphs have a tensor that is off by more than 1e-4.").ConfigureAwait(false);
        return failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<IReadOnlyList<GradientRow>> CheckAsync(string network, string python, SessionSettings settings, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-gradients-");
        try
        {
            await Script.RunAsync(python, ["--network", network, "--out", folder.FullName], cancellation).ConfigureAwait(false);
            byte[] json = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, network + ".json"), cancellation).ConfigureAwait(false);
            GradientReference reference = JsonSerializer.Deserialize<GradientReference>(json, JsonSerializerOptions.Web)!;
            var rows = new List<GradientRow>();
            foreach (int opset in reference.Opsets)
            {
                cancellation.ThrowIfCancellationRequested();
                string path = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{network}.{opset}.onnx"));
                rows.Add(GradientComparison.Run(reference, OnnxModel.Load(path), opset, settings));
            }

            return rows;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(CommandContext context, List<GradientRow> rows)
    {
        Table table = new Table().Border(TableBorder.Markdown);
        foreach (string column in (string[])["network", "opset", "layers", "loss", "logits", "gradients", "worst tensor", "statistics", "ok"])
        {
            table.AddColumn(column);
        }

        foreach (GradientRow row in rows)
        {
            table.AddRow(
                row.Network, Text(row.Opset), Text(row.Layers), Text(row.Loss), Text(row.Logits), Text(row.Gradients), Markup.Escape(row.WorstGradient),
                row.Statistics is { } statistics ? Text(statistics) : "none", row.Ok ? "yes" : "NO");
        }

        context.Console.Write(table);
    }

    private static string[] Words(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
