using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Quantization;

/// <summary>
/// Folds normalization layers into the 8-bit convolutions in front of them: ONNX Runtime turns DequantizeLinear, Conv, QuantizeLinear into
/// one integer operator only where nothing stands between.
/// </summary>
internal static class QuantizedFolding
{
    // γ and β are rounded to float32, so the identity of a prepared model comes back as 1 ± 2⁻²³ and 0 ± 2⁻²³·μ. Taken literally that
    // would change the last digit of every scale, and with it now and then an answer.
    private const double Rounding = 1e-6;

    /// <summary>Folds every layer that it can; the others stay as they are.</summary>
    /// <param name="graph">The graph to change.</param>
    /// <param name="model">The model that the graph is a copy of.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="parameters">One entry a layer.</param>
    public static void Apply(GraphProto graph, OnnxModel model, IReadOnlyList<NormalizationLayer> layers, IReadOnlyList<LayerParameters> parameters)
    {
        if (model.OpsetVersion < QuantizedConvolutions.MinimumOpset)
        {
            return;
        }

        var index = new GraphIndex(model.Graph);
        var convolutions = new QuantizedConvolutions(model);
        var folded = new HashSet<NodeProto>();
        var added = new List<NodeProto>();
        for (int i = 0; i < layers.Count; i++)
        {
            if (!layers[i].HasStatistics || index.Readers(layers[i].ScaleName) is not { Count: 1 } readers || readers.First() is not (>= 0 and var at)
                || index.Producer(model.Graph.Node[at].Input[0], "Conv") is not { } convolution
                || index.Readers(model.Graph.Node[at].Input[0]).Count != 1
                || convolutions.Find(model.Graph.Node[convolution]) is not { } quantized)
            {
                continue;
            }

            (double[] slope, double[] shift) = Affine(parameters[i], layers[i].Epsilon);
            NodeProto node = graph.Node[convolution];
            if (slope.Any(s => s != 1) || shift.Any(s => s != 0))
            {
                added.AddRange(Write(graph, node, layers[i].ScaleName, quantized.Scale(slope, shift)));
            }

            node.Output[0] = graph.Node[at].Output[0];
            folded.Add(graph.Node[at]);
        }

        Arrange(graph, folded, added);
    }

    /// <summary>A layer as slope·x + shift.</summary>
    private static (double[] Slope, double[] Shift) Affine(LayerParameters layer, float epsilon)
    {
        double[] slope = new double[layer.Scale.Length];
        double[] shift = new double[slope.Length];
        for (int c = 0; c < slope.Length; c++)
        {
            slope[c] = layer.Scale[c] / Math.Sqrt((double)layer.Variance[c] + epsilon);
            shift[c] = layer.Bias[c] - (slope[c] * layer.Mean[c]);
            if (Math.Abs(slope[c] - 1) <= Rounding && Math.Abs(shift[c]) <= Rounding * (Math.Abs(layer.Bias[c]) + Math.Abs(layer.Mean[c])))
            {
                (slope[c], shift[c]) = (1, 0);
            }
        }

        return (slope, shift);
    }

    /// <summary>Lets a convolution read other weights and another bias; the nodes that dequantize them are returned.</summary>
    private static List<NodeProto> Write(GraphProto graph, NodeProto node, string layer, QuantizedConvolution values)
    {
        int channels = values.Channels;
        string name = layer + ":quantized";
        TensorProto weights = values.Weights.Clone();
        weights.Name = name + ".weight";
        graph.Initializer.AddRange([
            weights, TensorContents.Floats(name + ".weight_scale", values.Scales, channels),
            TensorContents.Bytes(name + ".weight_zero_point", (DataType)weights.DataType, values.ZeroPoints, channels),
        ]);
        List<NodeProto> nodes = [Dequantize(name + ".weight")];
        if (values.InputScale is { } input)
        {
            // The integer operator knows no scale of the bias: it adds it to products in units of input scale times weight scale.
            float[] scales = [.. values.Scales.Select(s => s * input)];
            int[] integers = [.. values.Bias.Select((b, c) => scales[c] > 0 ? (int)Math.Clamp(Math.Round(b / scales[c]), int.MinValue, int.MaxValue) : 0)];
            graph.Initializer.AddRange([
                TensorContents.Integers(name + ".bias", integers, channels), TensorContents.Floats(name + ".bias_scale", scales, channels),
                TensorContents.Integers(name + ".bias_zero_point", new int[channels], channels),
            ]);
            nodes.Add(Dequantize(name + ".bias"));
        }
        else
        {
            graph.Initializer.Add(TensorContents.Floats(name + ".bias:out", [.. values.Bias.Select(b => (float)b)], channels));
        }

        string image = node.Input[0];
        node.Input.Clear();
        node.Input.AddRange([image, name + ".weight:out", name + ".bias:out"]);
        return nodes;
    }

    private static NodeProto Dequantize(string tensor) => new()
    {
        Name = tensor + ":dequantize",
        OpType = "DequantizeLinear",
        Input = { tensor, tensor + "_scale", tensor + "_zero_point" },
        Output = { tensor + ":out" },
        Attribute = { new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 } },
    };

    /// <summary>Puts the new nodes first, as constants may stand, and drops layers and whatever only served what they replaced.</summary>
    private static void Arrange(GraphProto graph, HashSet<NodeProto> folded, List<NodeProto> added)
    {
        List<NodeProto> nodes = [.. added, .. graph.Node.Where(n => !folded.Contains(n))];
        HashSet<string> used = [.. nodes.SelectMany(n => n.Input), .. graph.Output.Select(o => o.Name)];
        graph.Node.Clear();
        graph.Node.AddRange(nodes.Where(n => n.OpType != "DequantizeLinear" || used.Contains(n.Output[0])));
        ConstantFolding.DropUnusedInitializers(graph);
    }
}
