using System.CommandLine;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`apply`: puts a parameter set into its model.</summary>
public sealed class ApplyVerb : IVerb
{
    private readonly Option<string> _model = new("--model") { Description = "The model that the set belongs to.", Required = true, HelpName = "ONNX" };
    private readonly Option<string> _set = new("--set") { Description = "The parameter set.", Required = true, HelpName = "SAFETENSORS" };
    private readonly Option<string> _out = new("--out") { Description = "The adapted model to write.", Required = true, HelpName = "ONNX" };

    private readonly Option<string[]> _keys = TrustedKeyOption.Create();

    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var command = new Command(
            "apply",
            """
            Puts a parameter set into the model it was trained for and writes an ordinary ONNX model, which any runtime folds and runs at full speed.

            Example:
              edgeadapt apply --model s.onnx --set set.safetensors --out adapted.onnx
            """)
        { _model, _set, _out, _keys };
        VerbAction.Set(command, context, (parsed, _) => Task.FromResult(Run(context, parsed)));
        return command;
    }

    private ExitCode Run(CommandContext context, ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_set);
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(parsed.GetRequiredValue(_model)));
        byte[] bytes = File.ReadAllBytes(path);
        TrustedKeyOption.Check(path, bytes, parsed.GetValue(_keys));
        ParameterSet set = ParameterSetFile.FromBytes(bytes);
        IReadOnlyList<LayerParameters> parameters = model.TryUnpack(set, out string? fault)
            ?? throw new ParameterSetFormatException($"'{path}' does not fit '{model.Model.Name}': {fault}.");
        string output = parsed.GetRequiredValue(_out);
        File.WriteAllBytes(output, model.With(parameters).ToBytes());
        context.Output.WriteLine($"{output}: '{model.Model.Name}' with version {set.Manifest.Version} of its parameters ({model.Layers.Count} layers).");
        return ExitCode.Success;
    }
}
