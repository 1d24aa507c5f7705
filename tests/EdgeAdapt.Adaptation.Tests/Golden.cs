using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>The files of tests/goldens/cema, and those made from them: what PyTorch computed in float64.</summary>
internal static class Golden
{
    private const int SampleLength = 3 * 8 * 8;

    public static NormalizationModel Model(string name) => NormalizationModel.Of(OnnxModel.Load(File($"{name}.onnx")));

    public static JsonElement Case(string name, string folder = "cema") =>
        JsonDocument.Parse(System.IO.File.ReadAllBytes(Checkout.Path("tests", "goldens", folder, $"{name}.json"))).RootElement;

    /// <summary>Samples <c>[N, 3, 8, 8]</c>; the values are the end of the NumPy file.</summary>
    public static FloatTensor Samples()
    {
        byte[] bytes = System.IO.File.ReadAllBytes(File("samples.npy"));
        int count = bytes.Length / (SampleLength * sizeof(float));
        float[] values = new float[count * SampleLength];
        Buffer.BlockCopy(bytes, bytes.Length - (values.Length * sizeof(float)), values, 0, values.Length * sizeof(float));
        return new FloatTensor(values, count, 3, 8, 8);
    }

    public static IReadOnlyList<IAdaptationSample> Handles(FloatTensor images) =>
        [.. Enumerable.Range(0, images.Count).Select(i => new TensorSample($"{i}", images.Sample(i).ToArray()))];

    public static IEnumerable<FloatTensor> Batches(FloatTensor images, int size)
    {
        for (int first = 0; first + size <= images.Count; first += size)
        {
            yield return images.Select([.. Enumerable.Range(first, size)]);
        }
    }

    /// <summary>The options of ETA that a case holds.</summary>
    public static EtaOptions EtaOptions(JsonElement golden)
    {
        JsonElement o = golden.GetProperty("options");
        return new EtaOptions
        {
            EntropyMargin = o.GetProperty("entropyMargin").GetDouble(),
            RedundancyMargin = o.GetProperty("redundancyMargin").GetDouble(),
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            Momentum = o.GetProperty("momentum").GetSingle(),
        };
    }

    /// <summary>What a method answers to the case's batches.</summary>
    public static IEnumerable<TestTimeResult> Run(ITestTimeAdaptation method, JsonElement golden) =>
        Batches(Samples(), golden.GetProperty("batch").GetInt32()).Select(b => method.Infer(b, Handles(b)));

    /// <summary>Absolute tolerance 1e-4: float32 through some steps against float64.</summary>
    public static void AssertLogits(JsonElement golden, int batch, TestTimeResult result)
    {
        double[] expected = [.. golden.GetProperty("logits")[batch].EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetDouble())];
        Assert.Equal(expected.Length, result.Logits.Values.Length);
        Assert.All(expected.Zip(result.Logits.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    /// <summary>The rows learnt from, and that a set goes down where there are any.</summary>
    public static void AssertKept(JsonElement golden, int batch, TestTimeResult result)
    {
        Assert.Equal(golden.GetProperty("kept")[batch].EnumerateArray().Select(v => v.GetInt32()), result.Uploaded);
        Assert.Equal(result.Uploaded.Count > 0, result.ParameterBytesDown > 0);
    }

    private static string File(string name) => Checkout.Path("tests", "goldens", "cema", name);
}
