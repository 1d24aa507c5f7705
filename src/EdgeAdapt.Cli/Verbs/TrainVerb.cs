using System.CommandLine;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Training;
using Spectre.Console;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`train`: trains a network on labelled images, or only its normalization.</summary>
public sealed class TrainVerb : IVerb
{
    private readonly NetworkOptions _network = new();
    private readonly TrainOptions _options = new();
    private readonly Option<string> _data = new("--data") { Description = "Labelled images: IDX, CIFAR .bin, .npy, or a folder a class; a folder with a training and a test part gives both.", Required = true, HelpName = "PATH" };
    private readonly Option<string?> _testData = new("--test-data") { Description = "Held-out images; left out: the test part of --data.", HelpName = "PATH" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Reads that many training images, spread over the set, and no more.", HelpName = "N" };
    private readonly Option<int?> _testLimit = new("--test-limit") { Description = "Reads that many held-out images, spread over the set, and no more.", HelpName = "N" };
    private readonly Option<string?> _mean = new("--mean") { Description = "Mean of each channel in units of x/255; 0.5 where left out.", HelpName = "R,G,B" };
    private readonly Option<string?> _std = new("--std") { Description = "Standard deviation of each channel in units of x/255; 0.25 where left out.", HelpName = "R,G,B" };
    private readonly Option<string?> _init = new("--init") { Description = "Weights at the start: given (in --model), random (γ 1) or uniform (random, γ uniform in [0, 1]).", HelpName = "given|random|uniform" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of weights, order, augmentation and choice.", HelpName = "N" };
    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "A folder that keeps the state after every epoch.", HelpName = "DIR" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on from that folder's state; the result has the same bytes as without the interrupt." };
    private readonly Option<string> _out = new("--out") { Description = "The trained model.", Required = true, HelpName = "ONNX" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes the log as JSON.", HelpName = "FILE" };
    private readonly Option<string?> _report = new("--report") { Description = "Writes a page with plots of loss, accuracy and γ.", HelpName = "FILE" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "train",
            """
            Trains a classifier on labelled images with stock ONNX Runtime: only its normalization parameters, all weights, or a random choice. Measures loss and accuracy on held-out images after every epoch. The same seed gives the same bytes.

            Example:
              edgeadapt train --network resnet --depth 14 --width 16 --input 1x28x28 --data mnist --train-only normalization --init uniform --epochs 5 --out trained.onnx --report report.html
              edgeadapt train --model m.onnx --data photographs --augment flip,crop --checkpoint state --resume --out trained.onnx
            """);
        _network.AddTo(command);
        command.Add(_data);
        command.Add(_testData);
        _options.AddTo(command);
        foreach (Option option in new Option[] { _limit, _testLimit, _mean, _std, _init, _seed, _checkpoint, _resume, _out, _json, _report })
        {
            command.Add(option);
        }

        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        int seed = parsed.GetValue(_seed);
        TrainingOptions options = _options.Read(parsed, seed);
        string? checkpoint = parsed.GetValue(_checkpoint);
        bool resume = parsed.GetValue(_resume);
        if (resume && checkpoint is null)
        {
            throw new UsageException("--resume needs the folder of the state: give --checkpoint.");
        }

        (Onnx.OnnxModel file, bool built) = _network.Read(parsed);
        NormalizationModel model = NormalizationModel.Of(file);
        if (model.IsQuantized)
        {
            throw new UsageException($"'{file.Name}' is quantized, and integers cannot be trained. Train the float32 model, then quantize and prepare it.");
        }

        string data = parsed.GetRequiredValue(_data);
        ImageStore training = Read(parsed, data, DatasetSplit.Train, parsed.GetValue(_limit));
        ImageStore test = Read(parsed, parsed.GetValue(_testData) ?? data, DatasetSplit.Test, parsed.GetValue(_testLimit));
        var trainer = new Trainer(model, Start(parsed, model, built, seed), training, test, options);
        (NetworkParameters parameters, TrainingLog log) = ProgressBar.Run(
            context, "train", trainer.StepsPerEpoch * options.Epochs, report => trainer.Run(checkpoint, resume, report, cancellation));
        File.WriteAllBytes(parsed.GetRequiredValue(_out), parameters.ApplyTo(model).ToBytes());
        Print(context, log);
        if (parsed.GetValue(_json) is { } json)
        {
            JsonReport.Write(json, log);
        }

        if (parsed.GetValue(_report) is { } report)
        {
            File.WriteAllText(report, TrainingReport.Render(log));
        }

        return ExitCode.Success;
    }

    private ImageStore Read(ParseResult parsed, string path, DatasetSplit split, int? limit)
    {
        if (limit < 1)
        {
            throw new UsageException($"A limit of {limit} images is given; give at least 1.");
        }

        using ILabeledImages images = LabeledImages.Open(path, split);
        string Default(string value) => string.Join(',', Enumerable.Repeat(value, images.Channels));
        try
        {
            return new ImageStore(images, Normalization.Parse(parsed.GetValue(_mean) ?? Default("0.5"), parsed.GetValue(_std) ?? Default("0.25")), limit);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private NetworkParameters Start(ParseResult parsed, NormalizationModel model, bool built, int seed) =>
        (parsed.GetValue(_init) ?? (built ? "random" : "given")) switch
        {
            "given" when built => throw new UsageException("A built network has no weights yet; give --init random or uniform."),
            "given" => NetworkParameters.Of(model),
            "random" => NetworkParameters.Random(model, uniformScale: false, seed),
            "uniform" => NetworkParameters.Random(model, uniformScale: true, seed),
            var other => throw new UsageException($"--init is '{other}'; give given, random or uniform."),
        };

    private static void Print(CommandContext context, TrainingLog log)
    {
        var table = new Table().AddColumns("Epoch", "Rate", "Training loss", "Training accuracy, %", "Held-out loss", "Held-out accuracy, %");
        foreach (EpochRecord e in log.Epochs)
        {
            table.AddRow($"{e.Epoch}", $"{e.LearningRate:0.#####}", $"{e.TrainingLoss:0.0000}", $"{100 * e.TrainingAccuracy:0.0}", $"{e.TestLoss:0.0000}", $"{100 * e.TestAccuracy:0.0}");
        }

        context.Console.Write(table);
        context.Output.WriteLine(
            $"{log.TrainedParameters:N0} of {log.Parameters:N0} parameters trained; {100 * log.SmallScales:0.0} % of γ end below 0.01.");
    }
}
