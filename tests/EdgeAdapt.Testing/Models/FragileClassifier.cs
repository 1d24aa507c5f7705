using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Testing.Models;

/// <summary>
/// A classifier of <see cref="TinyImages"/> that ONNX Runtime fails on, rather than answer with odd numbers, where a value after its normalization layer
/// reaches <see cref="Limit"/>: an image of such values, or a parameter set with a large scale. A blank image passes under any scale.
/// </summary>
public static class FragileClassifier
{
    /// <summary>The least value that it fails on.</summary>
    public const int Limit = 10;

    /// <summary>The model file's bytes: BatchNormalization that changes nothing, GlobalAveragePool, Gemm; and a Gather at the largest value.</summary>
    public static byte[] CreateBytes()
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = new GraphProto { Name = "fragile" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 14 });
        var writer = new GraphWriter(model.Graph, "fragile");
        string value = writer.Input("images", [-1, 3, TinyImages.Size, TinyImages.Size]);
        string normalized = writer.Add("BatchNormalization",
        [
            value, Weight(model.Graph, "bn1.weight", [1, 1, 1], 3), Weight(model.Graph, "bn1.bias", [0, 0, 0], 3),
            Weight(model.Graph, "bn1.running_mean", [0, 0, 0], 3), Weight(model.Graph, "bn1.running_var", [1, 1, 1], 3),
        ]);
        float[] weights = [.. Enumerable.Range(0, 3 * TinyImages.Classes).Select(i => i % (TinyImages.Classes + 1) == 0 ? 1f : 0)];
        string logits = writer.Add("Gemm", [writer.Add("Flatten", [writer.Add("GlobalAveragePool", [normalized])]), Weight(model.Graph, "fc.weight", weights, 3, TinyImages.Classes)]);

        // Zero for each index that there is, so that it changes no answer.
        string index = writer.Add("Cast", [writer.Add("ReduceMax", [normalized], ("keepdims", 0))], ("to", (int)TensorProto.Types.DataType.Int64));
        writer.Output(writer.Add("Add", [logits, writer.Add("Gather", [Weight(model.Graph, "table", new float[Limit], Limit), index])]), "logits");
        model.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = TinyImages.Classes } },
        };
        return model.ToByteArray();
    }

    private static string Weight(GraphProto graph, string name, float[] values, params long[] shape)
    {
        graph.Initializer.Add(TensorContents.Floats(name, values, shape));
        return name;
    }
}
