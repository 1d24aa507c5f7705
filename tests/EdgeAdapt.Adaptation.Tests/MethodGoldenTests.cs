using System.Text.Json;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>Tent and ETA against PyTorch, batch by batch.</summary>
public sealed class MethodGoldenTests
{
    [Fact]
    public void Infer_Tent_GivesPyTorchsLogitsBeforeEachUpdate()
    {
        JsonElement golden = Golden.Case("tent");
        using var tent = new TentAdaptation(Golden.Model("student"), new TentOptions { LearningRate = golden.GetProperty("learningRate").GetSingle() });
        foreach ((TestTimeResult result, int batch) in Run(tent, golden).Select((r, i) => (r, i)))
        {
            Assert.Equal(8, result.Uploaded.Count);
            AssertLogits(golden, batch, result);
        }
    }

    [Fact]
    public void Infer_Eta_KeepsThePyTorchSamplesAndGivesItsLogits()
    {
        JsonElement golden = Golden.Case("eta");
        JsonElement o = golden.GetProperty("options");
        using var eta = new EtaAdaptation(Golden.Model("student"), new EtaOptions
        {
            EntropyMargin = o.GetProperty("entropyMargin").GetDouble(),
            RedundancyMargin = o.GetProperty("redundancyMargin").GetDouble(),
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            Momentum = o.GetProperty("momentum").GetSingle(),
        });
        foreach ((TestTimeResult result, int batch) in Run(eta, golden).Select((r, i) => (r, i)))
        {
            Assert.Equal(golden.GetProperty("kept")[batch].EnumerateArray().Select(v => v.GetInt32()), result.Uploaded);
            Assert.Equal(result.Uploaded.Count > 0, result.ParameterBytesDown > 0);
            AssertLogits(golden, batch, result);
        }
    }

    private static IEnumerable<TestTimeResult> Run(ITestTimeAdaptation method, JsonElement golden) =>
        Golden.Batches(Golden.Samples(), golden.GetProperty("batch").GetInt32()).Select(b => method.Infer(b, Golden.Handles(b)));

    private static void AssertLogits(JsonElement golden, int batch, TestTimeResult result)
    {
        double[] expected = [.. golden.GetProperty("logits")[batch].EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetDouble())];
        Assert.Equal(expected.Length, result.Logits.Values.Length);
        Assert.All(expected.Zip(result.Logits.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }
}
