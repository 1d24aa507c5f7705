using System.CommandLine;
using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Spectre.Console;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>`inspect`: what a model offers to adaptation, and what it lacks.</summary>
public sealed class InspectVerb : IVerb
{
    /// <inheritdoc/>
    public Command Create(CommandContext context)
    {
        var model = new Argument<string>("MODEL") { Description = "An ONNX image classifier with its normalization layers kept." };
        var json = new Option<string?>("--json") { Description = "Writes the same as JSON.", HelpName = "FILE" };
        var command = new Command(
            "inspect",
            """
            Shows a model's normalization layers, how many parameters they have, how large a parameter set is, and whether every operator can be trained through.

            Example:
              edgeadapt inspect student.onnx --json student.report.json
            """)
        { model, json };
        VerbAction.Set(command, context, (parsed, _) => Task.FromResult(Run(context, parsed.GetRequiredValue(model), parsed.GetValue(json))));
        return command;
    }

    private static ExitCode Run(CommandContext context, string path, string? json)
    {
        OnnxModel model = OnnxModel.Load(path);
        NormalizationModel normalization = NormalizationModel.Of(model);
        IReadOnlyList<OperatorCoverage> coverage = GradientCoverage.Of(model);
        InspectReport report = InspectReport.Of(path, model, normalization, coverage);
        Print(context, report);
        if (json is not null)
        {
            JsonReport.Write(json, report);
        }

        return ExitCode.Success;
    }

    private static void Print(CommandContext context, InspectReport report)
    {
        TextWriter output = context.Output;
        output.WriteLine($"{report.Model}");
        output.WriteLine($"  SHA-256     {report.Sha256}");
        output.WriteLine($"  input       {report.Input}");
        output.WriteLine($"  output      {report.Output}");
        output.WriteLine($"  opset       {report.Opset}, {report.Nodes} nodes, {report.Bytes:N0} bytes");
        output.WriteLine();
        Table layers = new Table().Border(TableBorder.Simple).AddColumn("layer").AddColumn("kind").AddColumn(new TableColumn("channels").RightAligned()).AddColumn("tensors");
        foreach (InspectedLayer layer in report.Layers)
        {
            layers.AddRow(Markup.Escape(layer.Name), $"{layer.Kind}".ToLowerInvariant(), $"{layer.Channels}", Markup.Escape(string.Join(", ", layer.Tensors)));
        }

        context.Console.Write(layers);
        output.WriteLine(
            $"{report.Layers.Count} normalization layers, {report.TrainedParameters:N0} trained parameters (scale, bias), {report.Statistics:N0} statistics (mean, variance).");
        foreach (string name in report.NotAdaptable)
        {
            output.WriteLine($"Not adaptable: '{name}' normalizes without scale and shift; export the layer with its affine parameters to adapt it.");
        }

        output.WriteLine($"A parameter set has {report.SetBytes:N0} bytes: {(double)report.Bytes / report.SetBytes:N1} times less than the model.");
        output.WriteLine();
        Table operators = new Table().Border(TableBorder.Simple).AddColumn("operator").AddColumn(new TableColumn("nodes").RightAligned()).AddColumn("gradient");
        foreach (OperatorCoverage entry in report.Operators)
        {
            operators.AddRow(Markup.Escape(entry.Operator), $"{entry.Nodes}", Markup.Escape(entry.Supported ? "yes" : $"no: {entry.Reason}"));
        }

        context.Console.Write(operators);
        output.WriteLine(report.Trainable
            ? "Every operator can be trained through: the model can be student or teacher."
            : $"Missing for training: {string.Join(", ", report.Missing)}. Statistics can be adapted at the edge all the same.");
    }
}
