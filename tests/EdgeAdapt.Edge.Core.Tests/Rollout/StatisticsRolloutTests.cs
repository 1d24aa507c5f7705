using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

public sealed class StatisticsRolloutTests : IDisposable
{
    private const int Batch = 64;
    private const double Gain = 0.5;
    private const double Offset = 0.2;
    private static readonly (byte[] Frames, int[] Labels) Shifted = TinyImages.Render(31, 400, Gain, Offset);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Offer_ShiftedFrames_RecoversAccuracy()
    {
        await using var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed);
        double before = Accuracy(fixture);
        for (int batch = 0; batch < 6; batch++)
        {
            await fixture.RefreshAsync(Frames(batch));
        }

        double after = Accuracy(fixture);
        Assert.InRange(before, 0, 0.6);
        Assert.InRange(after, 0.85, 1);
        Assert.Equal(6, fixture.Counters.StatisticsRefreshes);
        Assert.Equal(6, fixture.Rollout.Active.StatisticsGeneration);
        Assert.Equal(6, fixture.Report("swap").Count(l => l.GetProperty("kind").GetString() == "statistics"));
    }

    [Fact]
    public async Task Restart_AfterRefreshes_ContinuesWithThem()
    {
        float[] before;
        await using (var first = new RolloutFixture(_folder, StatisticsMode.Mixed))
        {
            await first.RefreshAsync(Frames(0));
            await first.RefreshAsync(Frames(1));
            before = first.Logits(Frames(9));
        }

        await using var second = new RolloutFixture(_folder, StatisticsMode.Mixed);
        Assert.Equal(2, second.Rollout.Active.StatisticsGeneration);
        Assert.Equal(before, second.Logits(Frames(9)));
    }

    [Fact]
    public async Task Offer_ManyBatches_WritesTheFileSeldom()
    {
        var time = new ManualTime();
        string file = _folder.File("statistics.safetensors");
        await using (var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed, time: time))
        {
            await fixture.RefreshAsync(Frames(0));
            byte[] first = File.ReadAllBytes(file);
            time.Advance(TimeSpan.FromMinutes(9));
            await fixture.RefreshAsync(Frames(1));
            Assert.Equal(first, File.ReadAllBytes(file));
            time.Advance(TimeSpan.FromMinutes(1));
            await fixture.RefreshAsync(Frames(2));
            byte[] third = File.ReadAllBytes(file);
            Assert.NotEqual(first, third);
            await fixture.RefreshAsync(Frames(3));
            Assert.Equal(third, File.ReadAllBytes(file));
        }

        // An orderly end loses nothing.
        await using var second = new RolloutFixture(_folder, StatisticsMode.Mixed);
        Assert.Equal(4, second.Rollout.Active.StatisticsGeneration);
    }

    [Fact]
    public async Task Offer_WhileASetIsOnTrial_WaitsForItsFirstJudgementAndWritesNothing()
    {
        var guard = new RolloutGuardOptions { Window = 10_000, CanaryFrames = 0, MaximumDistance = 1e9, MaximumEntropyRise = 1, MaximumConfidenceDrop = 1, MinimumAgreement = 0, MinimumDiversity = 0, MaximumSlowdown = 1e6 };
        await using (var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed, guard: guard))
        {
            await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));

            // Whoever waits for the batch goes on: a recording's next frames are what the judgement needs.
            await fixture.RefreshAsync(Frames(0));
            Assert.Equal(0, fixture.Counters.StatisticsRefreshes);
            await fixture.AnswerUntilAsync(Frames(1), () => fixture.Counters.StatisticsRefreshes > 0);
            Assert.Equal((3, true, 1), (fixture.Rollout.Active.Version, fixture.Rollout.IsOnTrial, fixture.Counters.StatisticsRefreshes));
        }

        Assert.False(File.Exists(_folder.File("statistics.safetensors")));
    }

    [Fact]
    public async Task Restart_StatisticsThatNoAnswerComesOf_DoNotCostTheGoodSet()
    {
        await using (var first = new RolloutFixture(_folder, StatisticsMode.Mixed))
        {
            await first.DecideAsync(Tiny.Publish(Tiny.Set(3)));
            await first.RefreshAsync(Frames(0));
        }

        // Finite, as a file must be, and beyond what a layer can compute with.
        string[] means = [.. Tiny.Model.Layers.Select(l => "mixed:" + l.MeanName)];
        string file = _folder.File("statistics.safetensors");
        ParameterSet saved = ParameterSetFile.FromBytes(File.ReadAllBytes(file));
        File.WriteAllBytes(file, ParameterSetFile.ToBytes(saved with
        {
            Tensors = saved.Tensors.ToDictionary(
                t => t.Key, t => !t.Key.StartsWith("mixed:", StringComparison.Ordinal) ? t.Value : [.. t.Value.Select(_ => means.Contains(t.Key) ? -float.MaxValue : 0)]),
        }));
        await using var second = new RolloutFixture(_folder, StatisticsMode.Mixed);
        Assert.Equal((3, 0), (second.Rollout.Active.Version, second.Rollout.Active.StatisticsGeneration));
        Assert.Contains(second.Logger.Lines, l => l.Text.Contains("statistics", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Restart_DamagedStatistics_StartAnewAndSaySo()
    {
        await using (var first = new RolloutFixture(_folder, StatisticsMode.Mixed))
        {
            await first.RefreshAsync(Frames(0));
        }

        byte[] file = File.ReadAllBytes(_folder.File("statistics.safetensors"));
        BitConverter.TryWriteBytes(file.AsSpan(file.Length - 4), float.NaN);
        _folder.Write("statistics.safetensors", file);
        await using var second = new RolloutFixture(_folder, StatisticsMode.Mixed);
        Assert.Equal(0, second.Rollout.Active.StatisticsGeneration);
        Assert.Contains(second.Logger.Lines, l => l.Text.Contains("statistics.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Offer_SetAfterStatistics_TakesScaleAndBiasAndKeepsTheDevicesStatistics()
    {
        await using var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed);
        await fixture.RefreshAsync(Frames(0));
        IReadOnlyList<LayerParameters> own = Parameters(fixture);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        IReadOnlyList<LayerParameters> both = Parameters(fixture);
        for (int i = 0; i < both.Count; i++)
        {
            Assert.Equal(Tiny.Parameters(4)[i].Scale, both[i].Scale);
            Assert.Equal(Tiny.Parameters(4)[i].Bias, both[i].Bias);
            Assert.Equal(own[i].Mean, both[i].Mean);
            Assert.Equal(own[i].Variance, both[i].Variance);
            Assert.NotEqual(Tiny.Model.Source[i].Mean, both[i].Mean);
        }
    }

    [Fact]
    public async Task Offer_SetModeAndSourceMode_UseTheirStatistics()
    {
        IReadOnlyList<LayerParameters> published = [.. Tiny.Parameters(2).Select(p => p with { Mean = [.. p.Mean.Select(m => m + 0.1f)] })];
        foreach ((StatisticsMode mode, Func<int, float[]> mean) in new (StatisticsMode, Func<int, float[]>)[]
        {
            (StatisticsMode.Set, i => published[i].Mean),
            (StatisticsMode.Source, i => Tiny.Model.Source[i].Mean),
        })
        {
            using var folder = new TemporaryFolder();
            await using var fixture = new RolloutFixture(folder, mode);
            await fixture.DecideAsync(Tiny.Publish(Tiny.Set(2, published)));
            await fixture.RefreshAsync(Frames(0));
            Assert.Equal(0, fixture.Counters.StatisticsRefreshes);
            for (int i = 0; i < published.Count; i++)
            {
                Assert.Equal(mean(i), Parameters(fixture)[i].Mean);
            }
        }
    }

    [Fact]
    public async Task Offer_FramesThatAreNotFinite_AreLeftOut()
    {
        await using var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed);
        await fixture.RefreshAsync(Frames(0));
        float[] before = fixture.Logits(Frames(9));
        float[] broken = new float[Batch * TinyImages.FrameBytes];
        Array.Fill(broken, float.NaN);
        await fixture.RefreshAsync(new FloatTensor(broken, Batch, 3, TinyImages.Size, TinyImages.Size));
        Assert.Equal(before, fixture.Logits(Frames(9)));
        Assert.Contains(fixture.Logger.Lines, l => l.Text.Contains("left out", StringComparison.Ordinal));
        await fixture.RefreshAsync(Frames(1));
        Assert.Equal(2, fixture.Counters.StatisticsRefreshes);
    }

    [Fact]
    public async Task Offer_FirstBatches_CountAlike()
    {
        StatisticsPolicy policy = StatisticsPolicy.Device with { DistanceScale = 0, MemoryImages = 640 };
        await using var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed, policy: policy);
        FloatTensor[] batches = [Frames(0), Frames(1), Frames(2)];
        float[] firstLayer = new float[Tiny.Model.Layers[0].Channels];
        foreach (FloatTensor batch in batches)
        {
            await fixture.RefreshAsync(batch);
        }

        // The first layer's input does not depend on any statistics, so its moving average after three batches is their mean, and w is that of each alone.
        foreach (FloatTensor batch in batches)
        {
            using var folder = new TemporaryFolder();
            await using var alone = new RolloutFixture(folder, StatisticsMode.Mixed, policy: policy);
            await alone.RefreshAsync(batch);
            float[] mixed = Parameters(alone)[0].Mean;
            for (int c = 0; c < firstLayer.Length; c++)
            {
                firstLayer[c] += mixed[c] / batches.Length;
            }
        }

        float[] actual = Parameters(fixture)[0].Mean;
        Assert.All(actual.Zip(firstLayer), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public async Task Offer_FramesOfAnotherCondition_StartAnewAndSaySo()
    {
        await using var fixture = new RolloutFixture(_folder, StatisticsMode.Mixed);
        for (int batch = 0; batch < 4; batch++)
        {
            await fixture.RefreshAsync(Frames(batch));
        }

        Assert.DoesNotContain(fixture.Logger.Lines, l => l.Text.Contains("have changed", StringComparison.Ordinal));
        FloatTensor other = TinyClassifier.ToTensor(TinyImages.Render(200, Batch, 1, -0.2).Frames);
        await fixture.RefreshAsync(other);
        Assert.Contains(fixture.Logger.Lines, l => l.Text.Contains("have changed", StringComparison.Ordinal));

        // What answers the next frames comes from the new condition alone, as on a device that has seen nothing else.
        using var folder = new TemporaryFolder();
        await using var fresh = new RolloutFixture(folder, StatisticsMode.Mixed);
        await fresh.RefreshAsync(other);
        Assert.All(Parameters(fixture).Zip(Parameters(fresh)), pair => Assert.Equal(pair.Second.Mean, pair.First.Mean));
    }

    private static FloatTensor Frames(int batch) => TinyClassifier.ToTensor(TinyImages.Render(100 + batch, Batch, Gain, Offset).Frames);

    private static double Accuracy(RolloutFixture fixture) =>
        TinyClassifier.Accuracy(new FloatTensor(fixture.Logits(TinyClassifier.ToTensor(Shifted.Frames)), Shifted.Labels.Length, TinyImages.Classes), Shifted.Labels);

    private static IReadOnlyList<LayerParameters> Parameters(RolloutFixture fixture)
    {
        using var lease = fixture.Rollout.Active.Acquire();
        return lease.Parameters;
    }
}
