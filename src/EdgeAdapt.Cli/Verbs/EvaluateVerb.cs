using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Cli.Evaluation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Evaluation;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`evaluate`: compares adaptation methods on images under corruptions.</summary>
public sealed class EvaluateVerb : IVerb
{
    private const string ReportName = "report";

    private readonly Option<string> _student = new("--student") { Description = "The edge model.", Required = true, HelpName = "ONNX" };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "The foundation model, for methods that learn from one.", HelpName = "ONNX" };
    private readonly Option<string> _data = new("--data")
    {
        Description = "Images: a folder as CIFAR-10-C has it (NAME.npy, labels.npy) or ImageNet-C (CORRUPTION/SEVERITY/CLASS/FILE); or plain images (a folder a class, CIFAR .bin, IDX, .npy), which count as clean.",
        Required = true,
        HelpName = "PATH",
    };

    private readonly Option<int?> _severity = new("--severity") { Description = "1 to 5: that part of ImageNet-C, or of published CIFAR-10-C files.", HelpName = "N" };
    private readonly NormalizationOptions _normalization = new();
    private readonly EvaluateOptions _options = new();
    private readonly Option<string?> _results = new("--results")
    {
        Description = "A folder that keeps each finished cell, so that the same command goes on after an interrupt; also gets report.json, .md and .html.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _json = new("--json") { Description = "Writes rows and summary as JSON, fractions from 0 to 1.", HelpName = "FILE" };
    private readonly Option<string?> _markdown = new("--markdown") { Description = "Writes the tables as Markdown.", HelpName = "FILE" };
    private readonly Option<string?> _html = new("--html") { Description = "Writes a page with plots.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "evaluate",
            $"""
            Compares adaptation methods on images under corruptions: accuracy (each answer given before the method learns from its image), share of images uploaded, bytes, seconds. Options that take a list measure every combination.

            Example:
              edgeadapt evaluate --student s.onnx --teacher t.onnx --data cifar10c --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --methods source,statistics,cema --json result.json
              edgeadapt evaluate --student s.onnx --teacher t.onnx --data cifar10c --methods statistics,edgeadapt --protocol reset,continual --batch 1,8,64 --delay 0,10,50 --results runs
              edgeadapt evaluate --student s.onnx --teacher t.onnx --data cifar10c --methods edgeadapt-10,edgeadapt-random-10 --upload png,jpeg-85 --html uploads.html

            Methods (* learns from a teacher):
            {EvaluateOptions.MethodLines}
            """)
        { _student, _teacher, _data, _severity };
        _normalization.AddTo(command);
        _options.AddTo(command);
        foreach (Option option in new Option[] { _results, _json, _markdown, _html })
        {
            command.Add(option);
        }

        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        EvaluationOptions options = _options.Read(parsed);
        string? results = parsed.GetValue(_results);
        using var benchmark = new Benchmark(ReadSubject(parsed, options), options, results is null ? null : Path.Combine(results, "cells"), context.Time);
        if (benchmark.Finished > 0)
        {
            context.Output.WriteLine($"{benchmark.Finished} of {benchmark.Cells} cells are in '{results}' already.");
        }

        EvaluationReport report = Measure(context, benchmark, results, cancellation) with
        {
            Student = parsed.GetRequiredValue(_student),
            Teacher = parsed.GetValue(_teacher),
        };
        EvaluationTable.Print(context, report);
        Write(report, results, parsed.GetValue(_json), "json", r => JsonReport.ToText(r));
        Write(report, results, parsed.GetValue(_markdown), "md", MarkdownReport.Render);
        Write(report, results, parsed.GetValue(_html), "html", HtmlReport.Render);
        return ExitCode.Success;
    }

    private static EvaluationReport Measure(CommandContext context, Benchmark benchmark, string? results, CancellationToken cancellation)
    {
        try
        {
            return ProgressBar.Run(context, "evaluate", benchmark.Steps, progress => benchmark.Run(progress, cancellation));
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine(results is null
                ? "Nothing was kept; with --results DIR an interrupted run goes on where it was."
                : $"{benchmark.Finished} of {benchmark.Cells} cells are kept in '{results}'; the same command goes on from there.");
            throw;
        }
    }

    private EvaluationSubject ReadSubject(ParseResult parsed, EvaluationOptions options)
    {
        string studentPath = parsed.GetRequiredValue(_student);
        string? teacherPath = parsed.GetValue(_teacher);
        if (teacherPath is null && options.Methods.FirstOrDefault(m => MethodCatalog.Find(m).NeedsTeacher) is { } needy)
        {
            throw new UsageException($"The method {needy} learns from a teacher. Give --teacher, or leave the method out of --methods.");
        }

        int? severity = parsed.GetValue(_severity);
        if (severity is < 1 or > 5)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--severity is {severity}; give 1 to 5."));
        }

        Normalization normalization = _normalization.Read(parsed, studentPath);
        NormalizationModel student = NormalizationModel.Of(OnnxModel.Load(studentPath));
        NormalizationModel? teacher = teacherPath is null ? null : NormalizationModel.Of(OnnxModel.Load(teacherPath));

        // Encoded pictures of any size are brought to the student's, where its manifest or its graph says which that is.
        bool sized = student.Signature is { Height: > 0, Width: > 0 } || File.Exists(Path.ChangeExtension(studentPath, ".json"));
        ModelManifest? input = sized ? ModelManifest.Load(studentPath, normalization) : null;
        return new EvaluationSubject(student, teacher, CorruptionSet.Open(parsed.GetRequiredValue(_data), severity, DatasetSplit.Test, input), normalization)
        {
            ClassNames = input?.Labels ?? [],
        };
    }

    private static void Write(EvaluationReport report, string? results, string? path, string extension, Func<EvaluationReport, string> render)
    {
        foreach (string target in new[] { path, results is null ? null : Path.Combine(results, $"{ReportName}.{extension}") }.OfType<string>())
        {
            File.WriteAllText(target, render(report));
        }
    }
}
