using System.CommandLine;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Preparation;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`prepare`: makes a model adaptable that has no normalization layers left.</summary>
public sealed class PrepareVerb : IVerb
{
    private const int Batch = 64;

    private readonly Option<string> _model = new("--model") { Description = "The model, its BatchNormalization folded into the convolutions or not, in float32 or quantized to 8 bits (QDQ).", Required = true, HelpName = "ONNX" };
    private readonly Option<string> _samples = new("--samples")
    {
        Description = "Images like those it was trained on, a few hundred or more; classes are ignored. An .npy file: uint8 [N, H, W, C] (divided by 255, then --mean and --std), or float32 [N, C, H, W] used as it is. Or a folder a class, CIFAR .bin, IDX.",
        Required = true,
        HelpName = "PATH",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "Takes so many of the samples at most, evenly spread.", HelpName = "N" };

    private readonly Option<string> _out = new("--out") { Description = "The adaptable model to write.", Required = true, HelpName = "ONNX" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes what was done with each convolution as JSON.", HelpName = "FILE" };
    private readonly NormalizationOptions _normalization = new();

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "prepare",
            """
            Gives a model whose BatchNormalization an exporter folded away normalization layers again, so that it can be adapted. Each is the identity to the last bit: the model answers exactly as before. The statistics that adaptation starts from are taken from sample images; a model that has its layers keeps them and gets the statistics alone. A model quantized to 8 bits (QuantizeLinear and DequantizeLinear around its convolutions) goes on computing on integers once a parameter set is applied.

            Example:
              edgeadapt prepare --model folded.onnx --samples clean.npy --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --out adaptable.onnx
              edgeadapt prepare --model int8.onnx --samples photographs --limit 2000 --out adaptable.onnx
            """)
        { _model, _samples, _limit };
        _normalization.AddTo(command);
        command.Add(_out);
        command.Add(_json);
        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_model);
        OnnxModel model = OnnxModel.Load(path);
        ClassifierSignature signature = ClassifierSignature.Of(model);
        int? limit = parsed.GetValue(_limit) is < 1 and var few ? throw new UsageException($"--limit is {few}; give at least 1.") : parsed.GetValue(_limit);

        // Encoded pictures of any size are brought to the model's, where its manifest or its graph says which that is.
        bool sized = signature is { Height: > 0, Width: > 0 } || File.Exists(Path.ChangeExtension(path, ".json"));
        string samples = parsed.GetRequiredValue(_samples);
        using SampleImages images = SampleImages.Open(samples, sized ? ModelManifest.Load(path) : null, () => _normalization.Read(parsed, path), limit);
        int batch = signature.FixedBatch > 0 ? signature.FixedBatch : Batch;
        if (images.Count < (signature.FixedBatch > 0 ? batch : 1))
        {
            throw new DatasetException($"'{samples}' has {images.Count} images. Give at least {(signature.FixedBatch > 0 ? batch : 1)}.");
        }

        int rounds = signature.FixedBatch > 0 ? images.Count / batch : (images.Count + batch - 1) / batch;
        PreparedModel prepared = ProgressBar.Run(context, "prepare", rounds, progress => ModelPreparation.Apply(
            model, Batches(images, batch, rounds, progress, cancellation)));
        string output = parsed.GetRequiredValue(_out);
        File.WriteAllBytes(output, prepared.Model.ToBytes());
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, new { Model = path, Output = output, prepared.Samples, prepared.Layers, prepared.Convolutions });
        }

        Print(context, output, prepared);
        return ExitCode.Success;
    }

    private static IEnumerable<FloatTensor> Batches(SampleImages images, int batch, int rounds, Action<string> progress, CancellationToken cancellation)
    {
        for (int i = 0; i < rounds; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return images.Read(i * batch, batch);
            progress($"batch {i + 1} of {rounds}");
        }
    }

    private static void Print(CommandContext context, string output, PreparedModel prepared)
    {
        if (prepared.Convolutions.Count == 0)
        {
            context.Output.WriteLine($"{output}: its {prepared.Layers} normalization layers are as they were; statistics from {prepared.Samples:N0} images are beside them.");
            return;
        }

        Convolution[] done = [.. prepared.Convolutions.Where(c => c.Status == ConvolutionStatus.Prepared)];
        context.Output.WriteLine(
            $"{output}: {done.Length} of {prepared.Convolutions.Count} convolutions have a layer now, {done.Sum(c => c.Channels):N0} channels, statistics from {prepared.Samples:N0} images.");
        if (done.Count(c => c.Quantized) is > 0 and var quantized)
        {
            context.Output.WriteLine($"  {quantized} of them are quantized and go on computing on integers once a set is applied ('apply', or the edge agent).");
        }

        foreach (Convolution left in prepared.Convolutions.Where(c => c.Status != ConvolutionStatus.Prepared))
        {
            context.Output.WriteLine($"  {left.Name}: {Reason(left.Status)}");
        }
    }

    private static string Reason(ConvolutionStatus status) => status switch
    {
        ConvolutionStatus.NothingFolded => "left alone, it has no bias, so nothing was folded into it",
        ConvolutionStatus.Normalized => "left alone, a normalization layer reads it",
        ConvolutionStatus.OnePixel => "left alone, its output has one pixel",
        ConvolutionStatus.OtherPrecision => "left alone, its weights are not int8 or uint8 with one scale, or one an output channel",
        ConvolutionStatus.Output => "left alone, it is the model's output",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
