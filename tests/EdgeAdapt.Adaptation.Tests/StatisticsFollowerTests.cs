using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class StatisticsFollowerTests
{
    private readonly NormalizationModel _model = NormalizationModel.Of(TinyNetwork.Create());

    [Fact]
    public void Next_BatchesOfAnySize_CountImagesAlike()
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.Default);
        FloatTensor images = TinyNetwork.Images(12, seed: 1);
        StatisticsMemory? memory = null;
        foreach (int[] rows in new int[][] { [0], [1, 2, 3, 4, 5], [6, 7], [8, 9, 10, 11] })
        {
            memory = follower.Next(images.Select(rows), _model.Source, memory).Memory;
        }

        // The first layer sees the images themselves: its average is the mean over all of them, however they were cut.
        using var session = new StatisticsSession(_model);
        float[] expected = session.Run(images, _model.Source, null, StatisticsPolicy.Batch).Mixed[0].Mean;
        Assert.Equal(12, memory!.Images);
        Assert.All(expected.Zip(memory.Average[0].Mean), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Next_FirstImage_HardlyLeavesTheSource()
    {
        StatisticsPolicy policy = StatisticsPolicy.Default with { DistanceScale = 0 };
        using var follower = new StatisticsFollower(_model, policy);
        StatisticsFollowing result = follower.Next(TinyNetwork.Images(1, seed: 2, offset: 3), _model.Source, null);
        for (int c = 0; c < 3; c++)
        {
            float source = _model.Source[0].Mean[c];
            float share = (result.Mixed[0].Mean[c] - source) / (result.Memory!.Average[0].Mean[c] - source);
            Assert.Equal(1 / (1 + policy.PriorSamples), share, 1e-4f);
        }
    }

    [Fact]
    public void Next_LaterBatch_IsNormalisedMostlyByWhatCameBefore()
    {
        using var follower = new StatisticsFollower(_model, new StatisticsPolicy { MemoryImages = 640, PriorSamples = 0 });
        StatisticsMemory first = follower.Next(TinyNetwork.Images(8, seed: 3), _model.Source, null).Memory!;
        FloatTensor images = TinyNetwork.Images(8, seed: 4, offset: 1);
        StatisticsFollowing second = follower.Next(images, _model.Source, first);
        using var session = new StatisticsSession(_model);
        float[] own = session.Run(images, _model.Source, null, StatisticsPolicy.Batch).Mixed[0].Mean;
        for (int c = 0; c < own.Length; c++)
        {
            // A run of one class would lose what tells its class if it were half of the statistics that normalise it.
            Assert.Equal(first.Average[0].Mean[c] + (0.1f * (own[c] - first.Average[0].Mean[c])), second.Mixed[0].Mean[c], 1e-5f);
            Assert.Equal((first.Average[0].Mean[c] + own[c]) / 2, second.Memory!.Average[0].Mean[c], 1e-5f);
        }
    }

    [Fact]
    public void Next_DepthDecay_TrustsTheLastLayerLess()
    {
        FloatTensor images = TinyNetwork.Images(64, seed: 7, offset: 1);
        float[] Shares(float decay)
        {
            using var follower = new StatisticsFollower(_model, new StatisticsPolicy { MemoryImages = 640, DepthDecay = decay });
            StatisticsFollowing result = follower.Next(images, _model.Source, null);
            return [.. _model.Source.Select((s, i) => (result.Mixed[i].Mean[0] - s.Mean[0]) / (result.Memory!.Average[i].Mean[0] - s.Mean[0]))];
        }

        Assert.All(Shares(0), share => Assert.Equal(0.5f, share, 1e-4f));
        float[] decayed = Shares(0.4f);
        Assert.Equal(0.5f, decayed[0], 1e-4f);
        Assert.Equal(0.3f, decayed[1], 1e-4f);
    }

    [Fact]
    public void Next_BatchAverage_IsTheSessionsMovingAverage()
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.BatchAverage);
        using var session = new StatisticsSession(_model);
        StatisticsMemory? memory = null;
        IReadOnlyList<LayerStatistics>? moving = null;
        for (int batch = 0; batch < 4; batch++)
        {
            FloatTensor images = TinyNetwork.Images(batch == 2 ? 1 : 6, seed: 10 + batch);
            StatisticsFollowing followed = follower.Next(images, _model.Source, memory);
            StatisticsResult expected = session.Run(images, _model.Source, moving, StatisticsPolicy.BatchAverage);
            (memory, moving) = (followed.Memory, expected.Moving);
            Assert.Equal(expected.Logits.Values, followed.Logits.Values);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void Next_StationaryStream_NeverStartsAnew(int batch)
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.Default);
        StatisticsMemory? memory = null;
        for (int seen = 0; seen < 1280; seen += batch)
        {
            StatisticsFollowing result = follower.Next(TinyNetwork.Images(batch, seed: 1000 + seen), _model.Source, memory);
            Assert.False(result.Changed, $"after {seen} images, excess {result.Excess}");
            memory = result.Memory;
        }

        Assert.Equal(StatisticsPolicy.Default.MemoryImages, memory!.Images);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(32, 32)]
    [InlineData(8, 32)]
    [InlineData(1, 32)]
    public void Next_ShiftedImages_StartsAnewWithinAWindow(int batch, int within)
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.Default);
        StatisticsMemory? memory = null;
        for (int seen = 0; seen < 640; seen += batch)
        {
            memory = follower.Next(TinyNetwork.Images(batch, seed: 2000 + seen), _model.Source, memory).Memory;
        }

        int late = 0;
        bool changed = false;
        while (!changed && late < within)
        {
            StatisticsFollowing result = follower.Next(TinyNetwork.Images(batch, seed: 9000 + late, offset: 1.5f), _model.Source, memory);
            (memory, changed) = (result.Memory, result.Changed);
            late += batch;
        }

        Assert.True(changed, $"not after {late} images");
        Assert.InRange(memory!.Images, batch, 64);
    }

    [Fact]
    public void Next_ChangeSeenByALargeBatch_AnswersThatBatchAsAFirstOne()
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.Default);
        StatisticsMemory? memory = null;
        for (int batch = 0; batch < 3; batch++)
        {
            memory = follower.Next(TinyNetwork.Images(64, seed: 20 + batch), _model.Source, memory).Memory;
        }

        FloatTensor shifted = TinyNetwork.Images(64, seed: 30, offset: 1.5f);
        StatisticsFollowing result = follower.Next(shifted, _model.Source, memory);
        StatisticsFollowing fresh = follower.Next(shifted, _model.Source, null);
        Assert.True(result.Changed);
        Assert.Equal(fresh.Logits.Values, result.Logits.Values);
        Assert.Equal(64, result.Memory!.Images);
        Assert.Equal(memory!.Noise, result.Memory.Noise);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1e38f)]
    public void Next_NoUsableImage_ChangesNothing(float pixel)
    {
        using var follower = new StatisticsFollower(_model, StatisticsPolicy.Default);
        StatisticsMemory memory = follower.Next(TinyNetwork.Images(40, seed: 5), _model.Source, null).Memory!;
        FloatTensor broken = TinyNetwork.Images(33, seed: 6);
        for (int i = 0; i < broken.Values.Length; i++)
        {
            broken.Values[i] = i % 2 == 0 ? pixel : -pixel;
        }

        StatisticsFollowing result = follower.Next(broken, _model.Source, memory);
        Assert.Same(memory, result.Memory);
        Assert.False(result.Changed);
        Assert.All(result.Logits.Values, v => Assert.True(float.IsNaN(v)));
        Assert.Null(follower.Next(broken, _model.Source, null).Memory);
    }

    [Fact]
    public void Create_UnusableChangeDetection_NamesEveryFault()
    {
        var change = new ChangeDetection { Window = 1, Threshold = float.NaN, InitialNoise = 0, InitialWeight = -1, NoiseMemory = float.PositiveInfinity };
        var error = Assert.Throws<ArgumentException>(() => new StatisticsFollower(_model, StatisticsPolicy.Default with { Change = change, MemoryImages = 0 }));
        Assert.All(
            new[] { "Window", "Threshold", "InitialNoise", "InitialWeight", "NoiseMemory", "MemoryImages" },
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
