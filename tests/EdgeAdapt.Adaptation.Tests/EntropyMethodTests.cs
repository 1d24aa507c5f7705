using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>What sets EATA, SAR, DeYO and RDumb apart, beside their trajectories.</summary>
public sealed class EntropyMethodTests
{
    private static readonly EtaOptions Eta = new() { EntropyMargin = 0.9, RedundancyMargin = 0.97, LearningRate = 2e-2f };

    [Fact]
    public void Infer_EataWithoutPenalty_IsEta()
    {
        using var eata = new EataAdaptation(Golden.Model("student"), new EataOptions { Eta = Eta, FisherAlpha = 0, FisherImages = 16 });
        using var eta = new EtaAdaptation(Golden.Model("student"), Eta);
        Assert.Equal(Answers(eta), Answers(eata));
    }

    [Fact]
    public void Infer_EataWithLargePenalty_StaysNearerToTheSource()
    {
        double Distance(float alpha)
        {
            using var source = new StatisticsAdaptation(Golden.Model("student"), StatisticsPolicy.Batch);
            using var eata = new EataAdaptation(Golden.Model("student"), new EataOptions { Eta = Eta, FisherAlpha = alpha });
            return Answers(source).Zip(Answers(eata), (a, b) => Math.Abs(a - b)).Average();
        }

        Assert.True(Distance(100) < 0.9 * Distance(0));
    }

    [Fact]
    public void Infer_RDumbAfterItsPeriod_AnswersAsAtTheStart()
    {
        FloatTensor batch = Golden.Batches(Golden.Samples(), 8).First();
        using var rdumb = new RDumbAdaptation(Golden.Model("student"), new RDumbOptions { Eta = Eta, PeriodImages = 20 });
        float[][] answers = [.. Enumerable.Range(0, 4).Select(_ => rdumb.Infer(batch, Golden.Handles(batch)).Logits.Values)];
        Assert.NotEqual(answers[0], answers[1]);

        // 8 and 16 images are less than the period, 24 are not.
        Assert.NotEqual(answers[0], answers[2]);
        Assert.Equal(answers[0], answers[3]);
    }

    [Fact]
    public void Infer_SarThatCountsAsCollapsedAtOnce_AnswersAsBatchStatisticsDo()
    {
        using var sar = new SarAdaptation(Golden.Model("student"), new SarOptions { EntropyMargin = 1, RecoveryEntropy = 0.99 });
        using var bn = new StatisticsAdaptation(Golden.Model("student"), StatisticsPolicy.Batch);
        Assert.All(Answers(bn).Zip(Answers(sar)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(6, sar.Recoveries);
    }

    [Fact]
    public void Create_EveryLayerFrozen_NamesTheRemedy()
    {
        NormalizationModel model = Golden.Model("student");
        string message = Assert.Throws<ArgumentException>(() => new SarAdaptation(model, new SarOptions { FrozenLayers = ["blocks", "bn"] })).Message;
        Assert.Contains("leave one out", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FaultyOptions_ListsAllFaults()
    {
        NormalizationModel model = Golden.Model("student");
        void Refuses(Func<ITestTimeAdaptation> create, params string[] names)
        {
            string message = Assert.Throws<ArgumentException>(create).Message;
            Assert.All(names, name => Assert.Contains(name + " is ", message, StringComparison.Ordinal));
        }

        Refuses(
            () => new EataAdaptation(model, new EataOptions { Eta = new EtaOptions { Momentum = 1 }, FisherAlpha = float.NaN, FisherImages = 0 }),
            "Momentum", "FisherAlpha", "FisherImages");
        Refuses(
            () => new SarAdaptation(model, new SarOptions { EntropyMargin = 0, Radius = -1, RecoveryEntropy = 2, LearningRate = 0 }),
            "EntropyMargin", "Radius", "RecoveryEntropy", "LearningRate");
        Refuses(
            () => new DeyoAdaptation(model, new DeyoOptions { EntropyMargin = 2, WeightMargin = double.NaN, MinimumDifference = 1, Patches = 1 }),
            "EntropyMargin", "WeightMargin", "MinimumDifference", "Patches");
        Refuses(() => new RDumbAdaptation(model, new RDumbOptions { PeriodImages = 0, Eta = new EtaOptions { RedundancyMargin = 0 } }), "PeriodImages", "RedundancyMargin");
    }

    private static float[] Answers(ITestTimeAdaptation method) =>
        [.. Golden.Batches(Golden.Samples(), 8).SelectMany(b => method.Infer(b, Golden.Handles(b)).Logits.Values)];
}
