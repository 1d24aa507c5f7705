using System.CommandLine;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Cli.Evaluation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`evaluate`: compares adaptation methods on a folder of corruptions.</summary>
public sealed class EvaluateVerb : IVerb
{
    private readonly Option<string> _student = new("--student") { Description = "The edge model.", Required = true, HelpName = "ONNX" };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "The foundation model; cema and edgeadapt need it.", HelpName = "ONNX" };
    private readonly Option<string> _data = new("--data")
    {
        Description = "A folder as CIFAR-10-C has it: uint8 [N, H, W, C] files, one a corruption, and labels.npy.",
        Required = true,
        HelpName = "DIR",
    };

    private readonly NormalizationOptions _normalization = new();
    private readonly Option<string> _methods = new("--methods")
    {
        Description = $"Comma-separated, out of: {string.Join(", ", EvaluationMethods.Names)}. cema is its authors' configuration, edgeadapt this product's.",
        DefaultValueFactory = _ => "source,bn,statistics,tent,eta,cema",
        HelpName = "LIST",
    };

    private readonly Option<EvaluationProtocol> _protocol = new("--protocol")
    {
        Description = "reset: everything is reset at each corruption. continual: one stream through all of them.",
        DefaultValueFactory = _ => EvaluationProtocol.Reset,
        HelpName = "reset|continual",
    };

    private readonly Option<int> _batch = new("--batch") { Description = "Images a batch at the edge.", DefaultValueFactory = _ => 64, HelpName = "N" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first N images of each corruption.", HelpName = "N" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of all random draws.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes rows and summary as JSON, fractions from 0 to 1.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "evaluate",
            """
            Compares adaptation methods on images under corruptions: accuracy (each answer given before the method learns from its image), share of images uploaded, bytes, seconds.

            Example:
              edgeadapt evaluate --student s.onnx --teacher t.onnx --data cifar10c --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --methods source,statistics,cema --json result.json
            """)
        { _student, _teacher, _data };
        _normalization.AddTo(command);
        foreach (Option option in new Option[] { _methods, _protocol, _batch, _limit, _seed, _threads, _json })
        {
            command.Add(option);
        }

        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        string[] methods = Methods(parsed.GetValue(_methods)!);
        string studentPath = parsed.GetRequiredValue(_student);
        string? teacherPath = parsed.GetValue(_teacher);
        if (teacherPath is null && methods.FirstOrDefault(EvaluationMethods.NeedsTeacher) is { } needy)
        {
            throw new UsageException($"The method {needy} learns from a teacher. Give --teacher, or leave the method out of --methods.");
        }

        int batch = AtLeast(1, parsed.GetValue(_batch), "--batch");
        int threads = AtLeast(0, parsed.GetValue(_threads), "--threads");
        int? limit = parsed.GetValue(_limit) is { } given ? AtLeast(1, given, "--limit") : null;
        Normalization normalization = _normalization.Read(parsed, studentPath);
        CorruptionFolder folder = CorruptionFolder.Open(parsed.GetRequiredValue(_data));
        if (folder.Channels != normalization.Channels)
        {
            throw new UsageException($"The images have {folder.Channels} channels, but --mean and --std are given for {normalization.Channels}.");
        }

        NormalizationModel student = NormalizationModel.Of(OnnxModel.Load(studentPath));
        NormalizationModel? teacher = teacherPath is null ? null : NormalizationModel.Of(OnnxModel.Load(teacherPath));
        using var stream = new CorruptionStream(folder, normalization, batch, Math.Min(limit ?? folder.Count, folder.Count));
        ulong seed = parsed.GetValue(_seed);
        EvaluationProtocol protocol = parsed.GetValue(_protocol);
        int steps = methods.Length * folder.Corruptions.Count * stream.BatchesPerCorruption;
        List<EvaluationRow> rows = ProgressBar.Run(context, "evaluate", steps, progress =>
        {
            var all = new List<EvaluationRow>();
            foreach (string name in methods)
            {
                using ITestTimeAdaptation method = EvaluationMethods.Create(
                    name, student, teacher, (folder.Channels, folder.Height, folder.Width), seed, new SessionSettings { Threads = threads });
                all.AddRange(Evaluator.Run(name, method, stream, protocol, context.Time, progress, cancellation));
            }

            return all;
        });
        var report = new EvaluationReport(
            studentPath, student.Model.Sha256, teacherPath, teacher?.Model.Sha256, folder.Path, stream.Images, protocol, batch, seed,
            rows, [.. methods.Select(m => EvaluationSummary.Of(m, rows))]);
        EvaluationTable.Print(context, report);
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, report);
        }

        return ExitCode.Success;
    }

    private static string[] Methods(string text)
    {
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        string[] unknown = [.. names.Except(EvaluationMethods.Names)];
        return names.Length > 0 && unknown.Length == 0
            ? names
            : throw new UsageException($"--methods has {(unknown.Length > 0 ? $"the unknown {string.Join(", ", unknown)}" : "no method")}; choose from {string.Join(", ", EvaluationMethods.Names)}.");
    }

    private static int AtLeast(int minimum, int value, string option) =>
        value >= minimum ? value : throw new UsageException($"{option} is {value}; give at least {minimum}.");
}
