using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Testing.Models;

/// <summary>
/// A real but tiny classifier for tests that must run anywhere: Conv, BatchNormalization, Relu, Conv, BatchNormalization, Relu,
/// GlobalAveragePool, Gemm on <see cref="TinyImages"/> of values in 0 … 1. Random filters; the layers' statistics are those of clean
/// pictures and the last layer is a ridge regression, so it works, and it fails under a shift the way a trained network does.
/// </summary>
public static class TinyClassifier
{
    private const int FittingPictures = 512;

    /// <summary>A model that tells the four classes of <see cref="TinyImages"/> apart.</summary>
    /// <param name="seed">Seed of the filters: another seed is another model with the same layers.</param>
    /// <param name="channels">Channels of both layers; more make a better classifier.</param>
    public static OnnxModel Create(int seed = 1, int channels = 12) => OnnxModel.Parse(CreateBytes(seed, channels), $"tiny-{seed}-{channels}");

    /// <summary>The same as a model file's bytes.</summary>
    public static byte[] CreateBytes(int seed = 1, int channels = 12)
    {
        (byte[] frames, int[] labels) = TinyImages.Render(seed + 1000, FittingPictures);
        FloatTensor images = ToTensor(frames);
        var model = new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = new GraphProto { Name = "tiny" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 14 });
        var writer = new GraphWriter(model.Graph, "tiny");
        var random = new Random(seed);
        string value = writer.Input("images", [-1, 3, TinyImages.Size, TinyImages.Size]);
        for (int layer = 1, inputs = 3; layer <= 2; layer++, inputs = channels)
        {
            float[] filters = Filters(random, channels, inputs);
            value = writer.Add("Conv", [value, Weight(model.Graph, $"conv{layer}.weight", filters, channels, inputs, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }));
            (float[] mean, float[] variance) = ChannelStatistics(Run(model, value, images));
            value = writer.Add("BatchNormalization",
            [
                value, Weight(model.Graph, $"bn{layer}.weight", Enumerable.Repeat(1f, channels), channels),
                Weight(model.Graph, $"bn{layer}.bias", Enumerable.Range(0, channels).Select(c => -0.02f * c), channels),
                Weight(model.Graph, $"bn{layer}.running_mean", mean, channels),
                Weight(model.Graph, $"bn{layer}.running_var", variance, channels),
            ]);
            value = writer.Add("Relu", [value]);
        }

        value = writer.Add("Flatten", [writer.Add("GlobalAveragePool", [value])]);
        (float[] weights, float[] bias) = RidgeRegression.Fit(Run(model, value, images), labels, TinyImages.Classes, strength: 0.02, scale: 6);
        writer.Output(
            writer.Add("Gemm",
            [
                value, Weight(model.Graph, "fc.weight", weights, TinyImages.Classes, channels), Weight(model.Graph, "fc.bias", bias, TinyImages.Classes),
            ], ("transB", 1)), "logits");
        model.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = TinyImages.Classes } },
        };
        return model.ToByteArray();
    }

    /// <summary>Pictures uint8 <c>[N, Size, Size, 3]</c> as the model's input <c>[N, 3, Size, Size]</c> in 0 … 1.</summary>
    public static FloatTensor ToTensor(ReadOnlySpan<byte> frames)
    {
        int count = frames.Length / TinyImages.FrameBytes;
        int plane = TinyImages.Size * TinyImages.Size;
        float[] values = new float[frames.Length];
        for (int i = 0; i < frames.Length; i++)
        {
            int frame = i / TinyImages.FrameBytes;
            int within = i % TinyImages.FrameBytes;
            values[(frame * TinyImages.FrameBytes) + ((within % 3) * plane) + (within / 3)] = frames[i] / 255f;
        }

        return new FloatTensor(values, count, 3, TinyImages.Size, TinyImages.Size);
    }

    /// <summary>The share of pictures whose largest logit is at their label.</summary>
    public static double Accuracy(FloatTensor logits, IReadOnlyList<int> labels)
    {
        int right = 0;
        for (int i = 0; i < logits.Count; i++)
        {
            ReadOnlySpan<float> row = logits.Sample(i);
            int best = 0;
            for (int k = 1; k < row.Length; k++)
            {
                best = row[k] > row[best] ? k : best;
            }

            right += best == labels[i] ? 1 : 0;
        }

        return (double)right / logits.Count;
    }

    private static float[] Filters(Random random, int outputs, int inputs) =>
        [.. Enumerable.Range(0, outputs * inputs * 9).Select(_ => (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(inputs * 3)))];

    private static string Weight(GraphProto graph, string name, IEnumerable<float> values, params long[] shape)
    {
        graph.Initializer.Add(TensorContents.Floats(name, [.. values], shape));
        return name;
    }

    private static FloatTensor Run(ModelProto model, string value, FloatTensor images)
    {
        ModelProto part = model.Clone();
        part.Graph.Output.Clear();
        part.Graph.Output.Add(new ValueInfoProto { Name = value });
        using var session = new ModelSession(part, new SessionSettings { Threads = 1 });
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, [value])[0];
    }

    private static (float[] Mean, float[] Variance) ChannelStatistics(FloatTensor tensor)
    {
        int channels = (int)tensor.Shape[1];
        int plane = tensor.SampleLength / channels;
        float[] mean = new float[channels];
        float[] variance = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < tensor.Count; i++)
            {
                foreach (float v in tensor.Sample(i).Slice(c * plane, plane))
                {
                    sum += v;
                    squares += (double)v * v;
                }
            }

            double average = sum / ((long)tensor.Count * plane);
            mean[c] = (float)average;
            variance[c] = (float)((squares / ((long)tensor.Count * plane)) - (average * average));
        }

        return (mean, variance);
    }
}
