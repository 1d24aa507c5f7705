using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Testing.Models;

/// <summary>
/// Conv, normalization, Tanh, Conv, normalization, Tanh, pooling, Gemm with random weights (smooth, for differences), its two layers "norm1" and "norm2" written as an
/// exporter writes them. The second layer's input gradient shows in the first one's parameters.
/// </summary>
public static class StyledClassifier
{
    private const int Groups = 2;

    /// <summary>Channels of both layers.</summary>
    public const int Channels = 6;

    /// <summary>A model <c>[N, 3, size, size]</c> to logits <c>[N, classes]</c>.</summary>
    /// <param name="style">How its layers are written.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="scaled">Whether the layers have scale and shift.</param>
    public static OnnxModel Create(NormalizationStyle style, int size = 6, int classes = 4, bool scaled = true) =>
        OnnxModel.Parse(CreateBytes(style, size, classes, scaled), style.ToString());

    /// <summary>The same as a model file's bytes.</summary>
    public static byte[] CreateBytes(NormalizationStyle style, int size = 6, int classes = 4, bool scaled = true)
    {
        var model = new ModelProto { IrVersion = 9, Graph = new GraphProto { Name = "styled" } };
        model.OpsetImport.Add(new OperatorSetIdProto
        {
            Version = style switch
            {
                NormalizationStyle.LayerOperator => 17,
                NormalizationStyle.GroupOperator18 => 18,
                NormalizationStyle.GroupOperator21 => 21,
                _ => 12,
            },
        });
        var writer = new GraphWriter(model.Graph, "styled");
        string value = writer.Input("images", [-1, 3, size, size]);
        for (int layer = 1, inputs = 3; layer <= 2; layer++, inputs = Channels)
        {
            value = writer.Add("Conv",
                [value, Weight(model.Graph, $"conv{layer}.weight", layer, 0.4f, Channels, inputs, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }));
            value = writer.Add("Tanh", [Normalize(writer, value, style, $"norm{layer}", size, scaled)]);
        }

        value = writer.Add("Flatten", [writer.Add("GlobalAveragePool", [value])]);
        writer.Output(writer.Add("Gemm", [value, Weight(model.Graph, "fc.weight", 9, 2, Channels, classes)]), "logits");
        model.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = classes } },
        };
        return model.ToByteArray();
    }

    private static string Normalize(GraphWriter w, string x, NormalizationStyle style, string name, int size, bool scaled)
    {
        string Parameters(string suffix, params long[] shape) => Weight(w.Graph, $"{name}.{suffix}", name[^1] + suffix.Length, 1, shape);
        string Affine(string value, params long[] shape) =>
            scaled ? w.Add("Add", [w.Add("Mul", [value, Parameters("weight", shape)]), Parameters("bias", shape)]) : value;
        switch (style)
        {
            case NormalizationStyle.LayerOperator:
                return w.Add("LayerNormalization", [x, Parameters("weight", Channels, size, size), Parameters("bias", Channels, size, size)], ("axis", -3));
            case NormalizationStyle.LayerPow:
                string last = w.Add("Transpose", [x], ("perm", new long[] { 0, 2, 3, 1 }));
                return w.Add("Transpose", [Affine(Divide(w, last, -1), Channels)], ("perm", new long[] { 0, 3, 1, 2 }));
            case NormalizationStyle.LayerChannelsFirst:
                (string centred, string deviation) = Moments(w, x, 1, square: false);
                string normalized = w.Add("Mul", [w.Add("Reciprocal", [deviation]), centred]);
                return w.Add("Add", [Parameters("bias", Channels, 1, 1), w.Add("Mul", [Parameters("weight", Channels, 1, 1), normalized])]);
            case NormalizationStyle.LayerMovedMean:
                (string _, string root) = Moments(w, x, 1, square: false);
                string gain = w.Add("Mul", [w.Add("Reciprocal", [root]), Parameters("weight", Channels, 1, 1)]);
                string mean = w.Graph.Node.Last(n => n.OpType == "Sub").Input[1];
                return w.Add("Add", [w.Add("Mul", [x, gain]), w.Add("Sub", [Parameters("bias", Channels, 1, 1), w.Add("Mul", [mean, gain])])]);
            case NormalizationStyle.InstanceOperator:
                return w.Add("InstanceNormalization", [x, Parameters("weight", Channels), Parameters("bias", Channels)]);
            case NormalizationStyle.GroupReshape:
                string ones = w.Initializer(TensorContents.Floats(string.Empty, [1, 1], Groups), "ones");
                string zeros = w.Initializer(TensorContents.Floats(string.Empty, [0, 0], Groups), "zeros");
                string grouped = w.Add("InstanceNormalization", [w.Add("Reshape", [x, w.Constant(0L, Groups, -1L)]), ones, zeros]);
                string back = w.Add("Reshape", [grouped, w.Add("Shape", [x])]);
                string scale = w.Add("Unsqueeze", [Parameters("weight", Channels)], ("axes", new long[] { 1, 2 }));
                return w.Add("Add", [w.Add("Mul", [back, scale]), w.Add("Unsqueeze", [Parameters("bias", Channels)], ("axes", new long[] { 1, 2 }))]);
            case NormalizationStyle.GroupOperator18:
                return w.Add("GroupNormalization", [x, Parameters("weight", Groups), Parameters("bias", Groups)], ("num_groups", Groups));
            case NormalizationStyle.GroupOperator21:
                return w.Add("GroupNormalization", [x, Parameters("weight", Channels), Parameters("bias", Channels)], ("num_groups", Groups));
            default:
                return Affine(x, Channels, 1, 1);
        }
    }

    private static string Divide(GraphWriter w, string x, long axis)
    {
        (string centred, string deviation) = Moments(w, x, axis, square: true);
        return w.Add("Div", [centred, deviation]);
    }

    private static (string Centred, string Deviation) Moments(GraphWriter w, string x, long axis, bool square)
    {
        string centred = w.Add("Sub", [x, w.Add("ReduceMean", [x], ("axes", new[] { axis }))]);
        string squares = square ? w.Add("Pow", [centred, w.Constant(2f)]) : w.Add("Mul", [centred, centred]);
        string variance = w.Add("ReduceMean", [squares], ("axes", new[] { axis }));
        return (centred, w.Add("Sqrt", [w.Add("Add", [variance, w.Constant(1e-3f)])]));
    }

    private static string Weight(GraphProto graph, string name, int seed, float size, params long[] shape)
    {
        var random = new Random(seed);
        float offset = name.EndsWith("norm1.weight", StringComparison.Ordinal) || name.EndsWith("norm2.weight", StringComparison.Ordinal) ? 1 : 0;
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => offset + (size * (float)(random.NextDouble() - 0.5)))];
        graph.Initializer.Add(TensorContents.Floats(name, values, shape));
        return name;
    }
}
