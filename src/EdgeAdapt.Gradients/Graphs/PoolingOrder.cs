using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// Moves max pooling in front of a rectifier. Rectifiers never decrease, so the result is the same to the last bit, and value,
/// mask and gradient are computed on the pooled values alone: a quarter in a ResNet's stem, its largest tensor.
/// </summary>
internal static class PoolingOrder
{
    /// <summary>A copy with the two exchanged wherever nothing else reads between them; nodes keep their number and places.</summary>
    public static OnnxModel Apply(OnnxModel model)
    {
        List<(int Rectifier, int Pool)> pairs = Find(model.Graph);
        return pairs.Count == 0 ? model : model.Edit(proto =>
        {
            foreach ((int rectifier, int pool) in pairs)
            {
                NodeProto first = proto.Graph.Node[pool].Clone();
                NodeProto second = proto.Graph.Node[rectifier].Clone();
                string between = "pooled:" + first.Output[0];
                second.Output[0] = first.Output[0];
                first.Input[0] = second.Input[0];
                second.Input[0] = first.Output[0] = between;
                proto.Graph.Node[rectifier] = first;
                proto.Graph.Node[pool] = second;
            }
        });
    }

    private static List<(int Rectifier, int Pool)> Find(GraphProto graph)
    {
        var readers = new ValueReaders(graph);
        var pairs = new List<(int, int)>();
        for (int i = 0; i < graph.Node.Count; i++)
        {
            NodeProto node = graph.Node[i];
            if (IsRectifier(node) && readers.SoleReader(node.Output[0]) is { } pool && IsPlainMaxPool(graph.Node[pool]))
            {
                pairs.Add((i, pool));
            }
        }

        return pairs;
    }

    private static bool IsRectifier(NodeProto node) =>
        node.OpType == "Relu" || (node.OpType == "LeakyRelu" && node.Float("alpha", 0.01f) >= 0);

    /// <summary>A max pooling whose indices nobody asked for.</summary>
    public static bool IsPlainMaxPool(NodeProto node) => node is { OpType: "MaxPool", Output.Count: 1 };
}
