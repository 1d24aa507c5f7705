using System.Text.Json;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>RoTTA and CoTTA against PyTorch, batch by batch: logits within 1e-4, with the same memory, views and restored parameters; twice, with a reset between.</summary>
public sealed class TeacherMethodGoldenTests
{
    [Fact]
    public void Infer_Rotta_FollowsPyTorchThroughItsMemory()
    {
        JsonElement golden = Golden.Case("rotta", "baselines");
        JsonElement o = golden.GetProperty("options");
        using var rotta = new RottaAdaptation(Golden.Model("student"), new RottaOptions
        {
            StatisticsMomentum = o.GetProperty("statisticsMomentum").GetSingle(),
            Capacity = o.GetProperty("capacity").GetInt32(),
            PeriodImages = o.GetProperty("periodImages").GetInt32(),
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            TeacherMomentum = o.GetProperty("teacherMomentum").GetSingle(),
            Seed = o.GetProperty("seed").GetUInt64(),
        });
        AssertFollowsTwice(rotta, golden);
        rotta.Reset();
        foreach ((int batch, TestTimeResult result) in Golden.Run(rotta, golden).Index())
        {
            Assert.Equal(golden.GetProperty("kept")[batch].EnumerateArray().Select(v => v.GetInt32()), result.Uploaded);
        }
    }

    [Fact]
    public void Infer_Cotta_FollowsPyTorchThroughViewsAndRestoring()
    {
        JsonElement golden = Golden.Case("cotta", "baselines");
        JsonElement o = golden.GetProperty("options");
        using var cotta = new CottaAdaptation(Golden.Model("student"), new CottaOptions
        {
            LearningRate = o.GetProperty("learningRate").GetSingle(),
            TeacherMomentum = o.GetProperty("teacherMomentum").GetSingle(),
            RestoreProbability = o.GetProperty("restoreProbability").GetDouble(),
            Views = o.GetProperty("views").GetInt32(),
            ConfidenceThreshold = o.GetProperty("confidenceThreshold").GetDouble(),
            Seed = o.GetProperty("seed").GetUInt64(),
        });
        AssertFollowsTwice(cotta, golden);
    }

    [Fact]
    public void Offer_FullMemory_KeepsClassesBalancedAndLetsTheOldAndUncertainGo()
    {
        var memory = new BalancedMemory(4, 2, 1, 1);
        Assert.True(memory.Offer([1], 0, 0.6));
        Assert.True(memory.Offer([2], 0, 0.1));
        Assert.True(memory.Offer([3], 0, 0.2));
        Assert.Equal([2f, 3f], memory.Images.Select(i => i[0]));
        Assert.False(memory.Offer([4], 0, 0.69));
        Assert.True(memory.Offer([5], 1, 0.69));
        Assert.Equal([2f, 3f, 5f], memory.Images.Select(i => i[0]));
        Assert.True(memory.Weights[0] < memory.Weights[2]);
        memory.Clear();
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void Create_WrongOptions_NamesEachFault()
    {
        var rotta = Assert.Throws<ArgumentException>(() => new RottaAdaptation(Golden.Model("student"), new RottaOptions { Capacity = 1, TeacherMomentum = 0 }));
        Assert.Contains(nameof(RottaOptions.Capacity), rotta.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RottaOptions.TeacherMomentum), rotta.Message, StringComparison.Ordinal);
        var cotta = Assert.Throws<ArgumentException>(() => new CottaAdaptation(Golden.Model("student"), new CottaOptions { Views = 0, RestoreProbability = 2 }));
        Assert.Contains(nameof(CottaOptions.Views), cotta.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(CottaOptions.RestoreProbability), cotta.Message, StringComparison.Ordinal);
    }

    private static void AssertFollowsTwice(ITestTimeAdaptation method, JsonElement golden)
    {
        for (int round = 0; round < 2; round++)
        {
            method.Reset();
            foreach ((int batch, TestTimeResult result) in Golden.Run(method, golden).Index())
            {
                Golden.AssertLogits(golden, batch, result);
            }
        }
    }
}
