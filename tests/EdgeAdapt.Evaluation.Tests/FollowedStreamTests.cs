using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Evaluation.Tests;

/// <summary>What the default statistics do on photographs: a trained network under real changes of condition and real runs of one class.</summary>
public sealed class FollowedStreamTests
{
    [SharedDataFact]
    public void Next_ConditionChanges_IsNoticedWithItsFirstBatchAndOnlyThen()
    {
        NormalizationModel model = Student();
        using var follower = new StatisticsFollower(model, StatisticsPolicy.Default);
        StatisticsMemory? memory = null;
        var changes = new List<string>();
        foreach ((string condition, int batches) in new[] { ("contrast", 6), ("fog", 4), ("gaussian_noise", 4) })
        {
            using NpyFrameReader images = Images(condition);
            for (int batch = 0; batch < batches; batch++)
            {
                StatisticsFollowing result = follower.Next(images.ReadTensor(64 * batch, 64, Normalization.ImageNet), model.Source, memory);
                memory = result.Memory;
                if (result.Changed)
                {
                    changes.Add($"{condition} {batch}");
                }
            }
        }

        Assert.Equal(["fog 0", "gaussian_noise 0"], changes);
    }

    [SharedDataFact]
    public void Infer_ImagesSortedByLabel_StaysAboveTheSource()
    {
        const int batch = 8;
        const int used = 320;
        NormalizationModel model = Student();
        long[] labels = NpyFile.Read(SharedData.File("cifar10c/labels.npy")).ToLongs();
        int[] sorted = [.. Enumerable.Range(0, used).OrderBy(i => labels[i])];
        using NpyFrameReader images = Images("contrast");
        FloatTensor all = images.ReadTensor(0, used, Normalization.ImageNet);
        int Correct(ITestTimeAdaptation method) => sorted.Chunk(batch).Sum(rows =>
        {
            FloatTensor logits = method.Infer(all.Select(rows), []).Logits;
            return rows.Where((row, i) => logits.Sample(i).IndexOf(logits.Sample(i).ToArray().Max()) == labels[row]).Count();
        });

        using var source = new SourceModel(model);
        using var batchAlone = new StatisticsAdaptation(model, StatisticsPolicy.Batch);
        using var followed = new StatisticsAdaptation(model, StatisticsPolicy.Default);
        int without = Correct(source);
        int alone = Correct(batchAlone);
        Assert.InRange(Correct(followed), Math.Max(without, alone) + (used / 10), used);
    }

    private static NormalizationModel Student() => NormalizationModel.Of(OnnxModel.Load(SharedData.File("models/resnet20_cifar10.onnx")));

    private static NpyFrameReader Images(string condition) => NpyFrameReader.Open(SharedData.File($"cifar10c/{condition}.npy"));
}
