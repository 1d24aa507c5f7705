using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>Finds the weights of a model that training can reach.</summary>
public static class TrainableWeights
{
    /// <summary>The float32 weights and biases of Conv, Gemm, MatMul, and the constants of Add, in graph order. A tensor that several nodes share is one weight.</summary>
    /// <remarks>Tensors of normalization layers are no weights, and neither are single numbers: an exporter's ε is the constant of an Add too.</remarks>
    public static IReadOnlyList<TrainableWeight> Find(NormalizationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        GraphProto graph = model.Model.Graph;
        HashSet<string> layers = model.Layers.SelectMany(l => l.TensorNames).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, TensorProto> tensors = graph.Initializer
            .Where(t => t.DataType == (int)TensorProto.Types.DataType.Float && t.Dims.Any(d => d > 1) && !layers.Contains(t.Name))
            .ToDictionary(t => t.Name, StringComparer.Ordinal);
        var found = new Dictionary<string, TrainableWeight>(StringComparer.Ordinal);
        var order = new List<TrainableWeight>();
        foreach (NodeProto node in graph.Node)
        {
            foreach (int input in Places(node))
            {
                if (input < node.Input.Count && tensors.TryGetValue(node.Input[input], out TensorProto? tensor) && !found.ContainsKey(tensor.Name))
                {
                    bool bias = input == 2 || node.OpType == "Add";
                    var weight = new TrainableWeight(tensor.Name, [.. tensor.Dims], node.OpType, bias, bias ? 0 : FanIn(node, tensor));
                    found[tensor.Name] = weight;
                    order.Add(weight);
                }
            }
        }

        return order;
    }

    private static int[] Places(NodeProto node) => node.OpType switch
    {
        "Conv" or "Gemm" => [1, 2],
        "MatMul" or "Add" => [0, 1],
        _ => [],
    };

    private static long FanIn(NodeProto node, TensorProto tensor) => node.OpType switch
    {
        "Conv" => tensor.Dims.Skip(1).Aggregate(1L, (a, b) => a * b),
        "Gemm" => tensor.Dims[node.Int("transB", 0) != 0 ? 1 : 0],
        _ => tensor.Dims.Count > 1 ? tensor.Dims[^2] : tensor.Dims[0],
    };
}
