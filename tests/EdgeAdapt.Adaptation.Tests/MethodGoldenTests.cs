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
        foreach ((int batch, TestTimeResult result) in Golden.Run(tent, golden).Index())
        {
            Assert.Equal(8, result.Uploaded.Count);
            Golden.AssertLogits(golden, batch, result);
        }
    }

    [Fact]
    public void Infer_Eta_KeepsThePyTorchSamplesAndGivesItsLogits()
    {
        JsonElement golden = Golden.Case("eta");
        using var eta = new EtaAdaptation(Golden.Model("student"), Golden.EtaOptions(golden));
        foreach ((int batch, TestTimeResult result) in Golden.Run(eta, golden).Index())
        {
            Golden.AssertKept(golden, batch, result);
            Golden.AssertLogits(golden, batch, result);
        }
    }
}
