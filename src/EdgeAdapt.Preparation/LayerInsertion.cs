using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Quantization;
using Onnx;

namespace EdgeAdapt.Preparation;

/// <summary>Puts BatchNormalization layers that are the identity behind convolutions.</summary>
internal static class LayerInsertion
{
    private const float Epsilon = 1e-5f;

    // Added to Epsilon in float32 this is 1, and so is its root: ONNX Runtime, which folds the layer into the convolution,
    // multiplies weights and bias by exactly 1.
    private const float Variance = 1 - Epsilon;

    /// <summary>The convolutions of a graph as far as they can be told apart without running it: none is <see cref="ConvolutionStatus.OnePixel"/>.</summary>
    public static IReadOnlyList<(NodeProto Node, Convolution Convolution)> Survey(OnnxModel model)
    {
        Dictionary<string, TensorProto> tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        ILookup<string, NodeProto> readers = model.Graph.Node.SelectMany(n => n.Input.Select(i => (Name: i, Node: n))).ToLookup(p => p.Name, p => p.Node, StringComparer.Ordinal);
        HashSet<string> outputs = [.. model.Graph.Output.Select(o => o.Name)];
        var quantized = new QuantizedConvolutions(model);
        var survey = new List<(NodeProto, Convolution)>();
        foreach (NodeProto node in model.Graph.Node.Where(n => n.OpType == "Conv"))
        {
            TensorProto? integers = quantized.Weights(node);
            if ((integers ?? tensors.GetValueOrDefault(node.Input[1])) is { } weights)
            {
                survey.Add((node, new Convolution(NameOf(node), (int)weights.Dims[0], StatusOf(node, quantized, integers is not null, readers, outputs), integers is not null)));
            }
        }

        return survey;
    }

    /// <summary>A copy with a layer behind each of the nodes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="chosen">Names of the outputs of convolutions, each with its layer's name and channels.</param>
    public static OnnxModel Insert(OnnxModel model, IReadOnlyDictionary<string, Convolution> chosen) => model.Edit(proto =>
    {
        GraphProto graph = proto.Graph;
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            NodeProto node = graph.Node[i];
            if (node.OpType != "Conv" || !chosen.TryGetValue(node.Output[0], out Convolution? convolution))
            {
                continue;
            }

            string name = LayerName(convolution);
            var layer = new NodeProto { Name = name, OpType = "BatchNormalization" };
            layer.Input.Add(node.Output[0] + ":convolution");
            foreach ((string suffix, float value) in new[] { ("weight", 1f), ("bias", 0f), ("running_mean", 0f), ("running_var", Variance) })
            {
                string tensor = $"{name}.{suffix}";
                graph.Initializer.Add(TensorContents.Floats(tensor, Enumerable.Repeat(value, convolution.Channels).ToArray(), convolution.Channels));
                layer.Input.Add(tensor);
            }

            // The layer takes the convolution's name over, so that no reader has to be changed.
            layer.Output.Add(node.Output[0]);
            node.Output[0] = layer.Input[0];
            layer.Attribute.Add(new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = Epsilon });
            graph.Node.Insert(i + 1, layer);
        }
    });

    /// <summary>Name of the layer behind a convolution.</summary>
    public static string LayerName(Convolution convolution) => convolution.Name + ".norm";

    private static ConvolutionStatus StatusOf(
        NodeProto node, QuantizedConvolutions quantized, bool isQuantized, ILookup<string, NodeProto> readers, HashSet<string> outputs)
    {
        string output = node.Output[0];
        return readers[output].Any(r => r.OpType.EndsWith("Normalization", StringComparison.Ordinal)) ? ConvolutionStatus.Normalized
            : outputs.Contains(output) ? ConvolutionStatus.Output
            : !quantized.HasConstantBias(node) ? ConvolutionStatus.NothingFolded
            : isQuantized && quantized.Find(node) is null ? ConvolutionStatus.OtherPrecision
            : ConvolutionStatus.Prepared;
    }

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
