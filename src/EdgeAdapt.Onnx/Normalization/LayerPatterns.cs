using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Onnx.Normalization;

/// <summary>Finds every normalization layer of a graph, whether one operator or the arithmetic that exporters write for it.</summary>
internal sealed class LayerPatterns
{
    private readonly GraphIndex _index;
    private readonly DecomposedNormalization _decomposed;
    private readonly long _opset;

    /// <param name="graph">The graph, constants folded.</param>
    /// <param name="opset">Version of its operator set.</param>
    public LayerPatterns(GraphProto graph, long opset)
    {
        _index = new GraphIndex(graph);
        _decomposed = new DecomposedNormalization(_index);
        _opset = opset;
    }

    /// <summary>The layers, in the order of their last nodes. Their tensors need not be constants: whoever takes them checks that.</summary>
    public IEnumerable<LayerMatch> Find()
    {
        for (int i = 0; i < _index.Graph.Node.Count; i++)
        {
            NodeProto node = _index.Graph.Node[i];
            LayerMatch? match = node.Domain is not ("" or "ai.onnx") ? null : node.OpType switch
            {
                "BatchNormalization" => new LayerMatch(NormalizationKind.Batch, i, node.Float("epsilon", 1e-5f), null, [(i, 1), (i, 2), (i, 3), (i, 4)]),
                "LayerNormalization" => OfLayerOperator(i, node),
                "InstanceNormalization" => OfInstanceOperator(i, node),
                "GroupNormalization" => new LayerMatch(
                    NormalizationKind.Group, i, node.Float("epsilon", 1e-5f),
                    new NormalizationForm(node.Input[0], node.Int("num_groups", 0), [], _opset < 21 ? NormalizationScale.Group : NormalizationScale.Channel), [(i, 1), (i, 2)]),
                "Add" => OfProduct(i, node) ?? OfMovedMean(i, node),
                _ => null,
            };
            if (match is not null)
            {
                yield return match;
            }
        }
    }

    /// <summary>Names of the values that are normalized without scale and shift, of which there is nothing to adapt.</summary>
    /// <param name="layers">What <see cref="Find"/> returned.</param>
    public IReadOnlyList<string> FindFixed(IReadOnlyList<LayerMatch> layers)
    {
        HashSet<string> scaled = [.. layers.SelectMany(l => l.Slots).SelectMany(s => _index.Graph.Node[s.Node].Input)];
        return
        [
            .. _index.Graph.Node.Where(n => n.OpType is "Div" or "Mul" && !scaled.Contains(n.Output[0]) && _decomposed.Find(n.Output[0]) is not null)
                .Select(n => n.Name.Length > 0 ? n.Name : n.Output[0]),
        ];
    }

    private LayerMatch? OfLayerOperator(int index, NodeProto node)
    {
        // Mean and deviation as further outputs belong to training graphs; a reader of them would miss the layer's parameters.
        if (node.Input.Count < 3 || node.Output.Skip(1).Any(o => o.Length > 0) || _index.Tensor(node.Input[1]) is not { } scale)
        {
            return null;
        }

        long axis = node.Int("axis", -1);
        long axes = axis < 0 ? -axis : scale.Dims.Count;
        return new LayerMatch(
            NormalizationKind.Layer, index, node.Float("epsilon", 1e-5f),
            new NormalizationForm(node.Input[0], 0, [.. Enumerable.Range(1, (int)axes).Select(a => (long)-a)], NormalizationScale.Broadcast), [(index, 1), (index, 2)]);
    }

    private LayerMatch? OfInstanceOperator(int index, NodeProto node)
    {
        if (_index.Tensor(node.Input[1]) is not { } scale)
        {
            return null;
        }

        // The middle of a GroupNorm whose own scale and shift follow it.
        bool grouped = _index.SoleReader(node.Output[0], "Reshape") is { } reshape && _decomposed.Find(_index.Graph.Node[reshape].Output[0]) is not null
            && _index.SoleReader(_index.Graph.Node[reshape].Output[0], "Mul") is { } product
            && _index.SoleReader(_index.Graph.Node[product].Output[0], "Add") is { } sum && OfProduct(sum, _index.Graph.Node[sum]) is not null;
        return grouped ? null : new LayerMatch(
            NormalizationKind.Instance, index, node.Float("epsilon", 1e-5f),
            new NormalizationForm(node.Input[0], scale.Dims.Count > 0 ? scale.Dims[0] : 0, [], NormalizationScale.Channel), [(index, 1), (index, 2)]);
    }

    /// <summary>normalized · γ + β, and a convolution's output · γ + β.</summary>
    private LayerMatch? OfProduct(int index, NodeProto sum)
    {
        foreach (int side in (int[])[0, 1])
        {
            if (_index.Tensor(sum.Input[1 - side]) is not { } bias || _index.Producer(sum.Input[side], "Mul") is not { } product)
            {
                continue;
            }

            NodeProto multiplied = _index.Graph.Node[product];
            foreach (int factor in (int[])[0, 1])
            {
                if (_index.Tensor(multiplied.Input[1 - factor]) is { } scale && scale.Dims.SequenceEqual(bias.Dims)
                    && (OfNormalized(multiplied.Input[factor], scale, product) ?? OfConvolution(multiplied.Input[factor], scale, product)) is { } found)
                {
                    return found with { Node = index, Slots = [(product, 1 - factor), (index, 1 - side)] };
                }
            }
        }

        return null;
    }

    private LayerMatch? OfNormalized(string value, TensorProto scale, int product)
    {
        if (_decomposed.Find(value) is not { } found || !AreInner(found.Nodes, [product], value)
            || _index.Readers(_index.Graph.Node[product].Output[0]).Count != 1)
        {
            return null;
        }

        bool image = scale.Dims.Count == 3 && scale.Dims[1] * scale.Dims[2] == 1;
        NormalizationKind kind = found.Groups > 0 ? NormalizationKind.Group
            : image && found.Axes.Order().SequenceEqual([2, 3]) ? NormalizationKind.Instance
            : NormalizationKind.Layer;
        return new LayerMatch(kind, 0, found.Epsilon, new NormalizationForm(found.Input, found.Groups, found.Axes, NormalizationScale.Broadcast), []);
    }

    private LayerMatch? OfConvolution(string value, TensorProto scale, int product)
    {
        int[] wide = [.. Enumerable.Range(0, scale.Dims.Count).Where(d => scale.Dims[d] != 1)];
        return _index.Producer(value, "Conv") is { } convolution && _index.Tensor(_index.Graph.Node[convolution].Input[1]) is { } weights
            && wide is [var axis] && scale.Dims[axis] == weights.Dims[0] && scale.Dims.Count - axis == weights.Dims.Count - 1
            && _index.Readers(value).Count == 1 && _index.Readers(_index.Graph.Node[product].Output[0]).Count == 1
            ? new LayerMatch(NormalizationKind.Affine, 0, 0, new NormalizationForm(value, 0, [], NormalizationScale.Broadcast), []) : null;
    }

    /// <summary>x · (γ/√(var + ε)) + (β − mean · (γ/√(var + ε))), as TensorFlow's batch_normalization computes a Keras LayerNormalization.</summary>
    private LayerMatch? OfMovedMean(int index, NodeProto sum)
    {
        foreach (int side in (int[])[0, 1])
        {
            var nodes = new HashSet<int>();
            if (_index.Producer(sum.Input[side], "Mul") is not { } product || _index.Producer(sum.Input[1 - side], "Sub") is not { } difference
                || _index.Tensor(_index.Graph.Node[difference].Input[0]) is not { } bias
                || _index.Producer(_index.Graph.Node[difference].Input[1], "Mul") is not { } moved)
            {
                continue;
            }

            foreach (string gain in _index.Graph.Node[product].Input.Intersect(_index.Graph.Node[moved].Input))
            {
                if (_index.Producer(gain, "Mul") is not { } scaled)
                {
                    continue;
                }

                foreach (int factor in (int[])[0, 1])
                {
                    nodes = [product, difference, moved, scaled];
                    string x = Other(product, gain);
                    if (_index.Tensor(_index.Graph.Node[scaled].Input[1 - factor]) is { } scale && scale.Dims.SequenceEqual(bias.Dims)
                        && _decomposed.FindReciprocalDeviation(_index.Graph.Node[scaled].Input[factor], nodes) is { } deviation && deviation.Input == x
                        && _decomposed.FindMean(Other(moved, gain), nodes) is { } mean && mean.Input == x && mean.Axes.SequenceEqual(deviation.Axes)
                        && AreInner(nodes, [index], null))
                    {
                        return new LayerMatch(
                            NormalizationKind.Layer, index, deviation.Epsilon,
                            new NormalizationForm(x, 0, deviation.Axes, NormalizationScale.Broadcast), [(scaled, 1 - factor), (difference, 0)]);
                    }
                }
            }
        }

        return null;
    }

    private string Other(int product, string factor) =>
        _index.Graph.Node[product].Input[0] == factor ? _index.Graph.Node[product].Input[1] : _index.Graph.Node[product].Input[0];

    /// <summary>Whether nobody but these nodes reads what they compute: only then do they stand for one operator.</summary>
    private bool AreInner(IReadOnlySet<int> nodes, int[] last, string? result) =>
        nodes.SelectMany(n => _index.Graph.Node[n].Output).All(o => _index.Readers(o).All(r => nodes.Contains(r) || last.Contains(r)))
        && (result is null || _index.Readers(result).Count == 1);
}
