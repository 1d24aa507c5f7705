using System.CommandLine;
using EdgeAdapt.Training;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>The options of `train` that say how to train.</summary>
internal sealed class TrainOptions
{
    private static readonly TrainingOptions Defaults = new();
    private readonly Option<TrainedPart> _part = new("--train-only") { Description = "What is trained: normalization, all, or random (as many weights, chosen at random, as there are normalization parameters).", DefaultValueFactory = _ => Defaults.Part, HelpName = "normalization|all|random" };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the training images.", DefaultValueFactory = _ => Defaults.Epochs, HelpName = "N" };
    private readonly Option<int> _batch = new("--batch") { Description = "Images a step.", DefaultValueFactory = _ => Defaults.Batch, HelpName = "N" };
    private readonly Option<double> _rate = new("--lr") { Description = "Learning rate at the start.", DefaultValueFactory = _ => Defaults.LearningRate, HelpName = "RATE" };
    private readonly Option<double> _momentum = new("--momentum") { Description = "Momentum of the gradient.", DefaultValueFactory = _ => Defaults.Momentum, HelpName = "M" };
    private readonly Option<double> _decay = new("--weight-decay") { Description = "Weight decay; not applied to normalization parameters and biases.", DefaultValueFactory = _ => Defaults.WeightDecay, HelpName = "W" };
    private readonly Option<LearningRateSchedule> _schedule = new("--schedule") { Description = "How the learning rate falls: cosine to 0, or by ten after a half and three quarters.", DefaultValueFactory = _ => Defaults.Schedule, HelpName = "cosine|step" };
    private readonly Option<string?> _augment = new("--augment") { Description = "Any of flip (left to right), crop (out of the image with a border), colour, blur, noise and erase, separated by commas.", HelpName = "flip,crop,…" };
    private readonly Option<int> _padding = new("--padding") { Description = "Border of crop in pixels.", DefaultValueFactory = _ => 4, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; 0 for one a core. The same number gives the same bytes.", DefaultValueFactory = _ => Defaults.Threads, HelpName = "N" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _part, _epochs, _batch, _rate, _momentum, _decay, _schedule, _augment, _padding, _threads })
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">Lists what is wrong.</exception>
    public TrainingOptions Read(ParseResult parsed, int seed)
    {
        string[] augment = (parsed.GetValue(_augment) ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Distortions distortions = Distortions.None;
        foreach (string name in augment.Except(["flip", "crop"]))
        {
            distortions |= Enum.GetNames<Distortions>().Skip(1).FirstOrDefault(d => d.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse<Distortions>(known)
                : throw new UsageException($"--augment does not know '{name}'; give any of flip, crop, colour, blur, noise and erase, with commas between.");
        }

        var options = new TrainingOptions
        {
            Part = parsed.GetValue(_part),
            Epochs = parsed.GetValue(_epochs),
            Batch = parsed.GetValue(_batch),
            LearningRate = parsed.GetValue(_rate),
            Momentum = parsed.GetValue(_momentum),
            WeightDecay = parsed.GetValue(_decay),
            Schedule = parsed.GetValue(_schedule),
            Flip = augment.Contains("flip"),
            CropPadding = augment.Contains("crop") ? parsed.GetValue(_padding) : 0,
            Distortions = distortions,
            Seed = seed,
            Threads = parsed.GetValue(_threads),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }

        return options;
    }
}
