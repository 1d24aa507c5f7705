using System.CommandLine;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`adapt`: the cloud side of CEMA, offline, on a file of samples.</summary>
public sealed class AdaptVerb : IVerb
{
    private readonly Option<string> _student = new("--student") { Description = "The edge model to adapt.", Required = true, HelpName = "ONNX" };
    private readonly Option<string> _teacher = new("--teacher") { Description = "The foundation model that teaches it.", Required = true, HelpName = "ONNX" };
    private readonly Option<string> _samples = new("--samples")
    {
        Description = "The samples, in order: uint8 [N, H, W, C] (divided by 255, then --mean and --std), or float32 [N, C, H, W] used as it is.",
        Required = true,
        HelpName = "NPY",
    };

    private readonly Option<string> _out = new("--out") { Description = "The parameter set to write: scale, bias, mean and variance of every layer.", Required = true, HelpName = "SAFETENSORS" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes each step's losses as JSON.", HelpName = "FILE" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly NormalizationOptions _normalization = new();
    private readonly AdaptOptions _options = new();

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "adapt",
            """
            Adapts a model to samples without labels as CEMA's cloud does: in batches of 32, first a step of the teacher, then one of the student. Defaults are the published constants. The same inputs and seed give the same bytes.

            Example:
              edgeadapt adapt --student s.onnx --teacher t.onnx --samples x.npy --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --statistics first-batch --replay 0 --out set.safetensors --json log.json
            """)
        { _student, _teacher, _samples };
        _normalization.AddTo(command);
        command.Add(_out);
        _options.AddTo(command);
        command.Add(_threads);
        command.Add(_json);
        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        CemaOptions options = _options.Read(parsed);
        int threads = parsed.GetValue(_threads) is >= 0 and var given ? given : throw new UsageException("--threads is negative; give 0 for one a core, or a number.");
        string studentPath = parsed.GetRequiredValue(_student);
        string teacherPath = parsed.GetRequiredValue(_teacher);
        NormalizationModel student = NormalizationModel.Of(OnnxModel.Load(studentPath));
        NormalizationModel teacher = NormalizationModel.Of(OnnxModel.Load(teacherPath));
        using NpyFrameReader reader = NpyFrameReader.Open(parsed.GetRequiredValue(_samples));
        Normalization normalization = reader.IsPixels ? _normalization.Read(parsed, studentPath) : Normalization.ImageNet;
        if (reader.IsPixels && normalization.Channels != reader.Channels)
        {
            throw new UsageException($"The samples have {reader.Channels} channels, but --mean and --std are given for {normalization.Channels}.");
        }

        if (reader.Count < options.CloudBatch)
        {
            throw new DatasetException($"'{reader.Path}' has {reader.Count} samples, fewer than one batch of {options.CloudBatch}. Give more samples, or a smaller --batch.");
        }

        using var adapter = new CloudAdapter(
            student, teacher, options, new SessionSettings { Threads = threads }, (reader.Channels, reader.Height, reader.Width));
        int rounds = (int)(reader.Count / options.CloudBatch);
        List<AdaptationStep> steps = ProgressBar.Run(
            context, "adapt", rounds, progress => Adapt(adapter, reader, normalization, options.CloudBatch, rounds, progress, cancellation));
        if (steps.FirstOrDefault(s => s.Outcome != AdaptationOutcome.Trained) is { } diverged)
        {
            throw new OnnxModelException(
                $"The {(diverged.Outcome == AdaptationOutcome.TeacherNotFinite ? "teacher" : "student")}'s loss was not finite in step {diverged.Index}; no set was written. " +
                "Lower its learning rate, and check that mean and standard deviation are those of the models.");
        }

        if (steps.Count == 0)
        {
            throw new DatasetException(
                $"'{reader.Path}' has too many samples with NaN or infinite values: the others do not fill one batch of {options.CloudBatch}. Check how it was written.");
        }

        var manifest = new ParameterSetManifest
        {
            BaseModelSha256 = student.Model.Sha256,
            TeacherSha256 = teacher.Model.Sha256,
            Version = 1,
            SamplesSeen = adapter.SamplesSeen,
            Steps = adapter.Steps,
        };
        string output = parsed.GetRequiredValue(_out);
        byte[] bytes = ParameterSetFile.ToBytes(student.Pack(manifest, adapter.StudentParameters));
        File.WriteAllBytes(output, bytes);
        long left = reader.Count - adapter.SamplesSeen - adapter.SamplesBroken;
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new AdaptLog(
                studentPath, student.Model.Sha256, teacherPath, teacher.Model.Sha256, reader.Count, adapter.SamplesSeen, adapter.SamplesBroken, left, options, steps));
        }

        context.Output.WriteLine($"{output}: {bytes.Length:N0} bytes after {steps.Count} steps on {adapter.SamplesSeen} of {reader.Count} samples.");
        context.Output.WriteLine($"Loss of the student {steps[0].StudentLoss:F4} in the first step, {steps[^1].StudentLoss:F4} in the last.");
        Remark(context, adapter.SamplesBroken, "hold NaN or infinite values and were left out");
        Remark(context, left, $"were left over, fewer than a batch of {options.CloudBatch}, and not trained on");
        return ExitCode.Success;
    }

    private static List<AdaptationStep> Adapt(
        CloudAdapter adapter, NpyFrameReader reader, Normalization normalization, int batch, int rounds, Action<string> progress, CancellationToken cancellation)
    {
        var steps = new List<AdaptationStep>(rounds);
        for (long index = 0; index < reader.Count; index++)
        {
            adapter.Enqueue(new ReaderSample(reader, index, normalization));
            if (adapter.QueuedSamples == batch)
            {
                IReadOnlyList<AdaptationStep> taken = adapter.Adapt(cancellation);
                cancellation.ThrowIfCancellationRequested();
                steps.AddRange(taken);
                progress($"step {adapter.Steps} of {rounds}");
            }
        }

        return steps;
    }

    private static void Remark(CommandContext context, long count, string what)
    {
        if (count > 0)
        {
            context.Output.WriteLine($"{count} samples {what}.");
        }
    }
}
