using Onnx;

namespace EdgeAdapt.Onnx;

/// <summary>
/// The input and output of an image classifier: input <c>[N, C, H, W]</c> float32, output logits <c>[N, K]</c> float32.
/// </summary>
/// <param name="InputName">Name of the graph input.</param>
/// <param name="OutputName">Name of the graph output that holds the logits (before any softmax).</param>
/// <param name="Channels">C, or 0 where the model leaves it open.</param>
/// <param name="Height">H in pixels, or 0 where the model leaves it open.</param>
/// <param name="Width">W in pixels, or 0 where the model leaves it open.</param>
/// <param name="Classes">K, or 0 where the model leaves it open.</param>
/// <param name="FixedBatch">N where the model fixes it, otherwise 0.</param>
public sealed record ClassifierSignature(
    string InputName, string OutputName, int Channels, int Height, int Width, int Classes, int FixedBatch)
{
    /// <summary>Reads the signature of a model with one image input and one output.</summary>
    /// <exception cref="OnnxModelException">The model has several inputs, or its input is not an image batch.</exception>
    public static ClassifierSignature Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        GraphProto graph = model.Graph;
        var initializers = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        List<ValueInfoProto> inputs = [.. graph.Input.Where(i => !initializers.Contains(i.Name))];
        if (inputs.Count != 1)
        {
            throw new OnnxModelException(
                $"'{model.Name}' has {inputs.Count} inputs; an image classifier has one. Export the model with a single image input [N, C, H, W].");
        }

        if (graph.Output.Count == 0)
        {
            throw new OnnxModelException($"'{model.Name}' has no output. Export the model with its logits [N, classes] as output.");
        }

        int[] shape = Dimensions(inputs[0]);
        if (shape.Length != 4 || inputs[0].Type.TensorType.ElemType != (int)TensorProto.Types.DataType.Float)
        {
            throw new OnnxModelException(
                $"The input '{inputs[0].Name}' of '{model.Name}' is not a float32 image batch [N, C, H, W]. Export the model in that layout.");
        }

        int[] logits = Dimensions(graph.Output[0]);
        return new ClassifierSignature(
            inputs[0].Name, graph.Output[0].Name, shape[1], shape[2], shape[3], logits.Length == 2 ? logits[1] : 0, shape[0]);
    }

    private static int[] Dimensions(ValueInfoProto value) =>
        value.Type?.TensorType?.Shape is { } shape
            ? [.. shape.Dim.Select(d => d.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? (int)d.DimValue : 0)]
            : [];
}
