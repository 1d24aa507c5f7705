using EdgeAdapt.Adaptation;
using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>What `inspect` found; its JSON form.</summary>
/// <param name="Model">The file.</param>
/// <param name="Sha256">Its hash, to which parameter sets are bound.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Opset">Version of the default operator set.</param>
/// <param name="Nodes">Nodes in the graph.</param>
/// <param name="Input">Name and shape of the image input.</param>
/// <param name="Output">Name and shape of the logits.</param>
/// <param name="Layers">The normalization layers in graph order.</param>
/// <param name="NotAdaptable">Nodes that normalize without scale and shift, so that there is nothing to adapt.</param>
/// <param name="TrainedParameters">Values that training changes by gradient: scales and biases.</param>
/// <param name="Statistics">Values that are measured: means and variances.</param>
/// <param name="SetBytes">Size of a parameter set's file.</param>
/// <param name="Operators">Each operator of the model and whether training passes through it.</param>
/// <param name="Trainable">Whether it passes through all of them.</param>
/// <param name="Missing">The operators it does not pass through.</param>
internal sealed record InspectReport(
    string Model, string Sha256, long Bytes, long Opset, int Nodes, string Input, string Output, IReadOnlyList<InspectedLayer> Layers,
    IReadOnlyList<string> NotAdaptable, long TrainedParameters, long Statistics, long SetBytes, IReadOnlyList<OperatorCoverage> Operators, bool Trainable, IReadOnlyList<string> Missing)
{
    public static InspectReport Of(string path, OnnxModel model, NormalizationModel normalization, IReadOnlyList<OperatorCoverage> coverage)
    {
        ClassifierSignature signature = normalization.Signature;
        long channels = normalization.Layers.Sum(l => (long)l.Channels);
        string[] missing = [.. coverage.Where(c => !c.Supported).Select(c => c.Operator)];
        return new InspectReport(
            path, model.Sha256, new FileInfo(path).Length, model.OpsetVersion, model.Graph.Node.Count,
            $"{signature.InputName} [{Size(signature.FixedBatch, "N")}, {Size(signature.Channels, "C")}, {Size(signature.Height, "H")}, {Size(signature.Width, "W")}]",
            $"{signature.OutputName} [{Size(signature.FixedBatch, "N")}, {Size(signature.Classes, "K")}]",
            [.. normalization.Layers.Select(l => new InspectedLayer(l.Name, l.Kind, l.Channels, l.Epsilon, l.TensorNames))],
            normalization.Unscaled, 2 * channels, 2 * normalization.Layers.Sum(l => (long)l.StatisticsLength), ParameterSetSize.Of(normalization), coverage, missing.Length == 0, missing);
    }

    private static string Size(int size, string open) => size == 0 ? open : size.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
