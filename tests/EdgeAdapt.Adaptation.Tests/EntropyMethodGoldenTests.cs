using System.Text.Json;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>EATA, SAR, DeYO and RDumb against PyTorch, batch by batch: the samples learnt from, and logits within 1e-4.</summary>
public sealed class EntropyMethodGoldenTests
{
    [Fact]
    public void Infer_EataWithFisherOfTheStream_FollowsPyTorchAndUploadsWhatTheFisherNeeds()
    {
        JsonElement golden = Golden.Case("eata", "methods");
        using var eata = new EataAdaptation(Golden.Model("student"), EataOptions(golden));
        TestTimeResult[] results = [.. Golden.Run(eata, golden)];
        int weighed = golden.GetProperty("options").GetProperty("fisherImages").GetInt32() / Batch(golden);
        Assert.All(results.Take(weighed), r => Assert.Equal(Enumerable.Range(0, Batch(golden)), r.Uploaded));
        Assert.All(results.Index().Skip(weighed), r => Golden.AssertKept(golden, r.Index, r.Item));
        Assert.All(results.Index(), r => Golden.AssertLogits(golden, r.Index, r.Item));
    }

    [Fact]
    public void Infer_EataWithSourceImages_FollowsPyTorchAgainAfterAReset()
    {
        JsonElement golden = Golden.Case("eata-source", "methods");
        FloatTensor samples = Golden.Samples();
        FloatTensor last = samples.Select([.. Enumerable.Range(samples.Count - 16, 16)]);
        using var eata = new EataAdaptation(Golden.Model("student"), EataOptions(golden), null, [.. Golden.Batches(last, Batch(golden))]);
        AssertFollows(eata, golden);
        eata.Reset();
        AssertFollows(eata, golden);
    }

    [Fact]
    public void Infer_Sar_FollowsPyTorchThroughItsRecoveries()
    {
        JsonElement golden = Golden.Case("sar", "methods");
        JsonElement o = golden.GetProperty("options");
        using var sar = new SarAdaptation(Golden.Model("student"), new SarOptions
        {
            EntropyMargin = o.GetProperty("entropyMargin").GetDouble(),
            Radius = o.GetProperty("radius").GetSingle(),
            RecoveryEntropy = o.GetProperty("recoveryEntropy").GetDouble(),
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            Momentum = o.GetProperty("momentum").GetSingle(),
            FrozenLayers = ["blocks.1"],
        });
        AssertFollows(sar, golden);
        Assert.Equal(golden.GetProperty("recoveries").GetInt32(), sar.Recoveries);
        Assert.InRange(sar.Recoveries, 1, 3);
    }

    [Fact]
    public void Infer_Deyo_FollowsPyTorchWithTheSameShuffling()
    {
        JsonElement golden = Golden.Case("deyo", "methods");
        JsonElement o = golden.GetProperty("options");
        using var deyo = new DeyoAdaptation(Golden.Model("student"), new DeyoOptions
        {
            EntropyMargin = o.GetProperty("entropyMargin").GetDouble(),
            WeightMargin = o.GetProperty("weightMargin").GetDouble(),
            MinimumDifference = o.GetProperty("minimumDifference").GetDouble(),
            Patches = o.GetProperty("patches").GetInt32(),
            Seed = o.GetProperty("seed").GetUInt64(),
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            Momentum = o.GetProperty("momentum").GetSingle(),
            FrozenLayers = ["blocks.1"],
        });
        AssertFollows(deyo, golden);
    }

    [Fact]
    public void Infer_RDumb_FollowsPyTorchAcrossItsPeriods()
    {
        JsonElement golden = Golden.Case("rdumb", "methods");
        using var rdumb = new RDumbAdaptation(
            Golden.Model("student"), new RDumbOptions { Eta = Golden.EtaOptions(golden), PeriodImages = golden.GetProperty("options").GetProperty("periodImages").GetInt32() });
        AssertFollows(rdumb, golden);
    }

    private static int Batch(JsonElement golden) => golden.GetProperty("batch").GetInt32();

    private static EataOptions EataOptions(JsonElement golden) => new()
    {
        Eta = Golden.EtaOptions(golden),
        FisherAlpha = golden.GetProperty("options").GetProperty("fisherAlpha").GetSingle(),
        FisherImages = golden.GetProperty("options").GetProperty("fisherImages").GetInt32(),
    };

    private static void AssertFollows(ITestTimeAdaptation method, JsonElement golden)
    {
        foreach ((int batch, TestTimeResult result) in Golden.Run(method, golden).Index())
        {
            Golden.AssertKept(golden, batch, result);
            Golden.AssertLogits(golden, batch, result);
        }
    }
}
