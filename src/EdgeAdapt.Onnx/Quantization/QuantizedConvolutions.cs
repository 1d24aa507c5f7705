using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Quantization;

/// <summary>Finds the convolutions of a graph whose weights are constants behind a DequantizeLinear.</summary>
/// <param name="model">The model, constants folded but for quantized ones (<see cref="Normalization.NormalizationModel.Fold"/>).</param>
public sealed class QuantizedConvolutions(OnnxModel model)
{
    /// <summary>The first operator set whose DequantizeLinear takes a scale a channel.</summary>
    public const long MinimumOpset = 13;

    private readonly GraphIndex _index = new(model.Graph);

    /// <summary>The quantized weights that a node reads, of whatever type; null where it reads none.</summary>
    /// <param name="node">A node of the graph.</param>
    public TensorProto? Weights(NodeProto node) => Source(node, 1) is { } source ? _index.Tensor(source.Input[0]) : null;

    /// <summary>Whether a node's bias is a constant, of float32 or of integers behind a DequantizeLinear.</summary>
    /// <param name="node">A node of the graph.</param>
    public bool HasConstantBias(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Input.Count > 2 && (_index.Tensor(node.Input[2]) is not null || Source(node, 2) is not null);
    }

    /// <summary>What a layer can be folded into.</summary>
    /// <param name="node">A node of the graph.</param>
    /// <returns>Null where the node is no convolution or its weights are not int8 or uint8 with one scale, or one an output channel.</returns>
    public QuantizedConvolution? Find(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.OpType != "Conv" || Source(node, 1) is not { } source || _index.Tensor(source.Input[0]) is not { } weights
            || (DataType)weights.DataType is not (DataType.Int8 or DataType.Uint8)
            || _index.Tensor(source.Input[1]) is not { DataType: (int)DataType.Float } scale)
        {
            return null;
        }

        int channels = (int)weights.Dims[0];
        float[]? scales = Spread(scale.ToFloats(), channels);
        long[]? zeros = source.Input.Count < 3 ? new long[channels] : _index.Tensor(source.Input[2]) is { } zero ? Spread(zero.ToLongs(), channels) : null;
        bool byChannel = scale.ToFloats().Length == 1 || source.Int("axis", 1) is 0 or -4;
        bool hasBias = node.Input.Count > 2 && node.Input[2].Length > 0;
        double[]? bias = hasBias ? Bias(node, channels) : new double[channels];
        return scales is null || zeros is null || bias is null || !byChannel || !scales.All(s => s >= 0 && float.IsFinite(s))
            ? null
            : new QuantizedConvolution(weights, scales, [.. zeros.Select(z => (int)z)], bias, InputScale(node));
    }

    private static T[]? Spread<T>(T[] values, int channels) =>
        values.Length == channels ? values : values.Length == 1 ? [.. Enumerable.Repeat(values[0], channels)] : null;

    /// <summary>The DequantizeLinear of a constant that a node reads.</summary>
    private NodeProto? Source(NodeProto node, int input) =>
        node.Input.Count > input && _index.Producer(node.Input[input], "DequantizeLinear") is { } at && _index.Tensor(_index.Graph.Node[at].Input[0]) is not null
            ? _index.Graph.Node[at]
            : null;

    private float? InputScale(NodeProto node) =>
        _index.Producer(node.Input[0], "DequantizeLinear") is { } at ? _index.Scalar(_index.Graph.Node[at].Input[1]) : null;

    private double[]? Bias(NodeProto node, int channels)
    {
        if (_index.Tensor(node.Input[2]) is { } floats)
        {
            return [.. floats.ToFloats().Select(v => (double)v)];
        }

        if (Source(node, 2) is not { } source || _index.Tensor(source.Input[1]) is not { } scale || Spread(scale.ToFloats(), channels) is not { } scales)
        {
            return null;
        }

        long[]? zeros = source.Input.Count < 3 ? new long[channels] : _index.Tensor(source.Input[2]) is { } zero ? Spread(zero.ToLongs(), channels) : null;
        return zeros is null ? null : [.. _index.Tensor(source.Input[0])!.ToLongs().Select((v, c) => (v - zeros[c]) * (double)scales[c])];
    }
}
