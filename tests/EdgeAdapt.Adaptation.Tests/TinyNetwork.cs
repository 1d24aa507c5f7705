using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>BatchNormalization → Conv → BatchNormalization → Relu → pooling → Gemm, three channels in, four classes out.</summary>
internal static class TinyNetwork
{
    public const int Size = 6;
    public const int Classes = 4;

    public static OnnxModel Create(int seed = 0, int width = 5, float logitScale = 1)
    {
        var random = new Random(seed);
        float[] Values(int count, float scale, float offset = 0) =>
            [.. Enumerable.Range(0, count).Select(_ => offset + (scale * ((float)random.NextDouble() - 0.5f) * 2))];
        var graph = new GraphProto { Name = "tiny" };
        var w = new GraphWriter(graph, "tiny");
        void Layer(string name, int channels)
        {
            graph.Initializer.Add(TensorContents.Floats($"{name}.weight", Values(channels, 0.5f, 1), channels));
            graph.Initializer.Add(TensorContents.Floats($"{name}.bias", Values(channels, 0.3f), channels));
            graph.Initializer.Add(TensorContents.Floats($"{name}.running_mean", Values(channels, 0.5f), channels));
            graph.Initializer.Add(TensorContents.Floats($"{name}.running_var", Values(channels, 0.4f, 1), channels));
        }

        string Normalise(string x, string name) =>
            w.Add("BatchNormalization", [x, $"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"], ("epsilon", 1e-5f));
        Layer("bn1", 3);
        Layer("bn2", width);
        graph.Initializer.Add(TensorContents.Floats("conv", Values(width * 3 * 9, 0.4f), width, 3, 3, 3));
        graph.Initializer.Add(TensorContents.Floats("head", Values(Classes * width, 1.5f), Classes, width));
        graph.Initializer.Add(TensorContents.Floats("head.bias", Values(Classes, 0.2f), Classes));
        string x = Normalise(w.Input("image", [-1, 3, Size, Size]), "bn1");
        x = Normalise(w.Add("Conv", [x, "conv"], ("pads", new long[] { 1, 1, 1, 1 })), "bn2");
        x = w.Add("Flatten", [w.Add("GlobalAveragePool", [w.Add("Relu", [x])])]);
        w.Output(w.Add("Gemm", [x, "head", "head.bias"], ("transB", 1), ("alpha", logitScale), ("beta", logitScale)), "logits");
        graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" }, new TensorShapeProto.Types.Dimension { DimValue = Classes } },
        };
        var proto = new ModelProto { IrVersion = 7, Graph = graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = 14 });
        using var stream = new MemoryStream();
        using (var coded = new Google.Protobuf.CodedOutputStream(stream, leaveOpen: true))
        {
            proto.WriteTo(coded);
        }

        return OnnxModel.Parse(stream.ToArray(), $"tiny-{seed}");
    }

    public static FloatTensor Images(int count, int seed, float offset = 0)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count * 3 * Size * Size).Select(_ => offset + ((float)random.NextDouble() * 2) - 1)];
        return new FloatTensor(values, count, 3, Size, Size);
    }
}
