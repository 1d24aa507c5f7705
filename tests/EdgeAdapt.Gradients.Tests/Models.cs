using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>Small classifiers written for one test each.</summary>
internal static class Models
{
    /// <summary>A model from nodes that turn the value "input" into logits.</summary>
    public static OnnxModel Build(Func<GraphWriter, string, string> build, long opset = 17, long[]? shape = null, long classes = 3)
    {
        var graph = new GraphProto { Name = "classifier" };
        var writer = new GraphWriter(graph, "model");
        writer.Input("input", shape ?? [-1, 2, 6, 6]);
        writer.Output(build(writer, "input"), "logits");
        graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = classes } },
        };
        var proto = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
        return OnnxModel.Parse(proto.ToByteArray(), "test.onnx");
    }

    /// <summary>conv, the operators given, normalization, the operators given, pooling, Gemm.</summary>
    public static OnnxModel Around(
        Func<GraphWriter, string, string>? below = null, Func<GraphWriter, string, string>? above = null, long opset = 17, long[]? shape = null) =>
        Build((w, x) =>
        {
            string value = w.Add("Conv", [x, Weights(w, 1, 4, 2, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }));
            value = below is null ? value : below(w, value);
            value = Normalize(w, value, 4);
            value = above is null ? value : above(w, value);
            return Head(w, value);
        }, opset, shape);

    public static string Normalize(GraphWriter writer, string x, int channels) => writer.Add("BatchNormalization",
        [x, Weights(writer, 2, channels), Weights(writer, 3, channels), Weights(writer, 4, channels), Variances(writer, channels)]);

    public static string Head(GraphWriter writer, string x) =>
        writer.Add("Gemm", [writer.Add("Flatten", [writer.Add("GlobalAveragePool", [x])]), Weights(writer, 6, 3, 4)], ("transB", true));

    public static string Weights(GraphWriter writer, int seed, params long[] shape)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() * 2) - 1)];
        return writer.Initializer(TensorContents.Floats(string.Empty, values, shape), "weights");
    }

    public static FloatTensor Images(params long[] shape)
    {
        var random = new Random(9);
        return new FloatTensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() * 2) - 1)], shape);
    }

    public static TrainingResult Train(OnnxModel model, FloatTensor images, LossInputs? loss = null)
    {
        NormalizationModel normalization = NormalizationModel.Of(model);
        using var session = new TrainingSession(normalization, TrainingLoss.Entropy, TrainingStatistics.BatchRenormalization);
        return session.Run(images, normalization.Source, loss ?? new LossInputs());
    }

    private static string Variances(GraphWriter writer, int channels) =>
        writer.Initializer(TensorContents.Floats(string.Empty, [.. Enumerable.Range(1, channels).Select(i => i * 0.4f)], channels), "variance");
}
