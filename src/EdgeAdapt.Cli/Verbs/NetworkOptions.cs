using System.CommandLine;
using System.Globalization;
using EdgeAdapt.Onnx;
using EdgeAdapt.Training;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>The options of `train` that say which network: a model file, or one that is built.</summary>
internal sealed class NetworkOptions
{
    private readonly Option<string?> _model = new("--model") { Description = "The network to train.", HelpName = "ONNX" };
    private readonly Option<string?> _network = new("--network") { Description = "Builds a network instead, with random weights.", HelpName = "resnet" };
    private readonly Option<int> _depth = new("--depth") { Description = "Layers of the built network: 8, 14, 20, … (6n + 2).", DefaultValueFactory = _ => 14, HelpName = "N" };
    private readonly Option<int> _width = new("--width") { Description = "Channels of its first stage.", DefaultValueFactory = _ => 16, HelpName = "N" };
    private readonly Option<int> _classes = new("--classes") { Description = "Its classes.", DefaultValueFactory = _ => 10, HelpName = "N" };
    private readonly Option<string> _input = new("--input") { Description = "Its input: channels, height and width.", DefaultValueFactory = _ => "3x32x32", HelpName = "CxHxW" };
    private readonly Option<ShortcutOption> _shortcut = new("--shortcut") { Description = "Its shortcuts: A without parameters, B a convolution.", DefaultValueFactory = _ => ShortcutOption.A, HelpName = "A|B" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _model, _network, _depth, _width, _classes, _input, _shortcut })
        {
            command.Add(option);
        }
    }

    /// <summary>The network, and whether it was built, so that it has no weights yet.</summary>
    /// <exception cref="UsageException">Neither or both are given, or the network cannot be built.</exception>
    public (OnnxModel Model, bool Built) Read(ParseResult parsed)
    {
        string? model = parsed.GetValue(_model);
        string? network = parsed.GetValue(_network);
        if (model is null == network is null)
        {
            throw new UsageException("Give either --model with a file or --network resnet.");
        }

        if (model is not null)
        {
            return (OnnxModel.Load(model), false);
        }

        if (network != "resnet")
        {
            throw new UsageException($"There is no network '{network}'; give resnet.");
        }

        string input = parsed.GetValue(_input)!;
        int[] shape = [.. input.Split('x').Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        if (shape.Length != 3)
        {
            throw new UsageException($"--input is '{input}'; give channels, height and width, for example 3x32x32.");
        }

        try
        {
            return (ResidualNetwork.Build(
                parsed.GetValue(_depth), parsed.GetValue(_width), parsed.GetValue(_classes), shape[0], shape[1], shape[2], parsed.GetValue(_shortcut)), true);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
