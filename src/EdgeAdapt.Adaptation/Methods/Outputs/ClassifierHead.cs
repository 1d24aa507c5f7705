using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Adaptation;

/// <summary>The final linear layer of a classifier: logits = W z + b, with one row of W a class.</summary>
internal sealed class ClassifierHead
{
    private ClassifierHead(string features, float[][] weights, float[] bias)
    {
        Features = features;
        Weights = weights;
        Bias = bias;
    }

    /// <summary>Name of the value z <c>[N, D]</c> that the layer reads.</summary>
    public string Features { get; }

    /// <summary>W, K rows of D.</summary>
    public IReadOnlyList<float[]> Weights { get; }

    /// <summary>b, <c>[K]</c>; zeros where the layer has none.</summary>
    public IReadOnlyList<float> Bias { get; }

    /// <summary>D.</summary>
    public int Length => Weights[0].Length;

    /// <summary>Finds the layer behind the output of that name: a Gemm, or a MatMul with or without an Add of the bias.</summary>
    /// <exception cref="OnnxModelException">The output is not computed by such a layer with constant weights.</exception>
    public static ClassifierHead Of(OnnxModel model, string output)
    {
        NodeProto? node = Last(output, Producers(model));
        return Find(model, output) ?? throw new OnnxModelException(
            $"The logits '{output}' of '{model.Name}' come from {(node is null ? "no operator" : $"the operator {node.OpType}")}, not from a final linear layer (Gemm or MatMul with constant weights), " +
            "whose input this method works on. Export the model with its linear classifier last and its logits as output, or choose a method that adapts normalization, for example bn.");
    }

    /// <summary>As <see cref="Of"/>; null where the output is not computed by such a layer.</summary>
    public static ClassifierHead? Find(OnnxModel model, string output)
    {
        Dictionary<string, NodeProto> producers = Producers(model);
        Dictionary<string, TensorProto> tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        NodeProto? node = Last(output, producers);
        return FromGemm(node, tensors) ?? FromMatMul(node, producers, tensors);
    }

    /// <summary>W z + b for one z; <c>[K]</c>.</summary>
    public float[] Logits(ReadOnlySpan<float> features)
    {
        float[] logits = new float[Weights.Count];
        for (int k = 0; k < logits.Length; k++)
        {
            double sum = Bias[k];
            for (int d = 0; d < features.Length; d++)
            {
                sum += (double)Weights[k][d] * features[d];
            }

            logits[k] = (float)sum;
        }

        return logits;
    }

    private static Dictionary<string, NodeProto> Producers(OnnxModel model) =>
        model.Graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);

    private static NodeProto? Last(string output, Dictionary<string, NodeProto> producers)
    {
        NodeProto? node = producers.GetValueOrDefault(output);
        while (node is { OpType: "Identity" })
        {
            node = producers.GetValueOrDefault(node.Input[0]);
        }

        return node;
    }

    private static ClassifierHead? FromGemm(NodeProto? node, Dictionary<string, TensorProto> tensors) =>
        node is { OpType: "Gemm" } && node.Int("transA", 0) == 0
            ? Read(tensors, node.Input[0], node.Input[1], node.Input.ElementAtOrDefault(2), node.Int("transB", 0) != 0, node.Float("alpha", 1), node.Float("beta", 1))
            : null;

    private static ClassifierHead? FromMatMul(NodeProto? node, Dictionary<string, NodeProto> producers, Dictionary<string, TensorProto> tensors)
    {
        string? bias = null;
        if (node is { OpType: "Add" })
        {
            int constant = tensors.ContainsKey(node.Input[0]) ? 0 : 1;
            bias = node.Input[constant];
            node = producers.GetValueOrDefault(node.Input[1 - constant]);
        }

        return node is { OpType: "MatMul" } ? Read(tensors, node.Input[0], node.Input[1], bias, false, 1, 1) : null;
    }

    private static ClassifierHead? Read(
        Dictionary<string, TensorProto> tensors, string features, string weightName, string? biasName, bool transposed, float alpha, float beta)
    {
        if (!tensors.TryGetValue(weightName, out TensorProto? weight) || weight.Dims.Count != 2)
        {
            return null;
        }

        int classes = (int)weight.Dims[transposed ? 0 : 1], length = (int)weight.Dims[transposed ? 1 : 0];
        float[] values = weight.ToFloats();
        float[] bias = new float[classes];
        if (!string.IsNullOrEmpty(biasName))
        {
            if (!tensors.TryGetValue(biasName, out TensorProto? tensor) || tensor.ToFloats() is not { } read || (read.Length != classes && read.Length != 1))
            {
                return null;
            }

            bias = [.. Enumerable.Range(0, classes).Select(k => beta * read[read.Length == 1 ? 0 : k])];
        }

        float[][] rows =
        [
            .. Enumerable.Range(0, classes).Select(k => Enumerable.Range(0, length).Select(d => alpha * values[transposed ? (k * length) + d : (d * classes) + k]).ToArray()),
        ];
        return new ClassifierHead(features, rows, bias);
    }
}
