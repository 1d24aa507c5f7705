using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>The files of tests/goldens/cema: what PyTorch computed in float64.</summary>
internal static class Golden
{
    private const int SampleLength = 3 * 8 * 8;

    public static NormalizationModel Model(string name) => NormalizationModel.Of(OnnxModel.Load(File($"{name}.onnx")));

    public static JsonElement Case(string name) => JsonDocument.Parse(System.IO.File.ReadAllBytes(File($"{name}.json"))).RootElement;

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

    private static string File(string name) => Checkout.Path("tests", "goldens", "cema", name);
}
