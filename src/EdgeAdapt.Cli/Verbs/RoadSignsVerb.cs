using System.CommandLine;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`roadsigns`: writes the drawn road-sign images as NumPy files.</summary>
public sealed class RoadSignsVerb : IVerb
{
    private static readonly RoadSignExportOptions Defaults = new();

    private readonly Option<string> _out = new("--out") { Description = "Where to write; created, files replaced.", Required = true, HelpName = "DIR" };
    private readonly Option<int> _training = new("--training-count") { Description = "Training images; 0 writes none.", DefaultValueFactory = _ => Defaults.TrainingCount, HelpName = "N" };
    private readonly Option<int> _test = new("--test-count") { Description = "Test images of each condition.", DefaultValueFactory = _ => Defaults.TestCount, HelpName = "N" };
    private readonly Option<long> _trainingSeed = new("--training-seed") { Description = "Seed of the training images.", DefaultValueFactory = _ => Defaults.TrainingSeed, HelpName = "N" };
    private readonly Option<long> _testSeed = new("--test-seed") { Description = "Seed of the test images.", DefaultValueFactory = _ => Defaults.TestSeed, HelpName = "N" };
    private readonly Option<int> _severity = new("--severity") { Description = "Severity of the drift, 1 to 5.", DefaultValueFactory = _ => Defaults.Severity, HelpName = "N" };

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "roadsigns",
            """
            Draws ten classes of road signs, for training and under drifting weather, and writes them as NumPy files; DIR/drift is a folder for evaluate.

            Example:
              edgeadapt roadsigns --out signs --test-count 500
            """)
        { _out, _training, _test, _trainingSeed, _testSeed, _severity };
        VerbAction.Set(command, context, (parsed, cancellation) => Task.FromResult(Run(context, parsed, cancellation)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        var options = new RoadSignExportOptions
        {
            TrainingCount = parsed.GetValue(_training),
            TestCount = parsed.GetValue(_test),
            TrainingSeed = parsed.GetValue(_trainingSeed),
            TestSeed = parsed.GetValue(_testSeed),
            Severity = parsed.GetValue(_severity),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }

        string folder = parsed.GetRequiredValue(_out);
        RoadSignExport.Write(folder, options, cancellation);
        context.Output.WriteLine($"{folder}: {options.TrainingCount} training images, {options.TestCount} test images of each condition in {RoadSignExport.DriftFolder}.");
        return ExitCode.Success;
    }
}
