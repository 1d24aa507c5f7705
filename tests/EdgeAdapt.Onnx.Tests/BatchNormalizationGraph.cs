using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Onnx.Tests;

/// <summary>A classifier of two convolutions with BatchNormalization, written node by node as an exporter would.</summary>
internal sealed class BatchNormalizationGraph
{
    private readonly Random _random = new(11);

    public ModelProto Proto { get; } = new()
    {
        IrVersion = 7,
        OpsetImport = { new OperatorSetIdProto { Version = 13 } },
        Graph = new GraphProto { Name = "test" },
    };

    /// <summary>conv → BN → relu → conv → BN → global pool → flatten → gemm; [N, 3, 8, 8] → [N, 4].</summary>
    /// <param name="sharedTensors">Lets both layers use the same four tensors, as exporters do with equal initializers.</param>
    public static BatchNormalizationGraph Create(bool sharedTensors = false)
    {
        var graph = new BatchNormalizationGraph();
        var writer = new GraphWriter(graph.Proto.Graph);
        string x = writer.Input("input", [-1, 3, 8, 8]);
        x = writer.Add("Conv", [x, graph.Weights("conv1.weight", 5, 3, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }));
        x = graph.Normalize(writer, x, "bn1", sharedTensors ? "bn" : "bn1");
        x = writer.Add("Relu", [x]);
        x = writer.Add("Conv", [x, graph.Weights("conv2.weight", 5, 5, 3, 3)]);
        x = graph.Normalize(writer, x, "bn2", sharedTensors ? "bn" : "bn2");
        x = writer.Add("Flatten", [writer.Add("GlobalAveragePool", [x])]);
        x = writer.Add("Gemm", [x, graph.Weights("linear.weight", 5, 4)]);
        writer.Output(x, "logits");
        return graph;
    }

    public OnnxModel ToModel(string name = "test.onnx") => OnnxModel.Parse(Proto.ToByteArray(), name);

    private string Weights(string name, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((_random.NextDouble() * 2) - 1);
        }

        Proto.Graph.Initializer.Add(TensorContents.Floats(name, values, shape));
        return name;
    }

    private string Normalize(GraphWriter writer, string x, string layer, string tensors)
    {
        string[] names = [.. new[] { "weight", "bias", "running_mean", "running_var" }.Select(s => $"{tensors}.{s}")];
        if (!Proto.Graph.Initializer.Any(t => t.Name == names[0]))
        {
            foreach (string name in names)
            {
                Weights(name, 5);
            }

            TensorProto variance = Proto.Graph.Initializer[^1];
            Proto.Graph.Initializer[^1] = TensorContents.Floats(variance.Name, [.. variance.ToFloats().Select(v => Math.Abs(v) + 0.1f)], 5);
        }

        string output = writer.Add("BatchNormalization", [x, .. names], ("epsilon", 1e-5f));
        Proto.Graph.Node[^1].Name = layer;
        return output;
    }
}
