using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Training.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 4, Batch = 16, LearningRate = 0.05, Flip = true, CropPadding = 1, Seed = 5 };

    private static readonly NormalizationModel Model = NormalizationModel.Of(ResidualNetwork.Build(8, 4, 2, 1, 8, 8, ShortcutOption.B));

    [Theory]
    [InlineData(TrainedPart.Normalization)]
    [InlineData(TrainedPart.All)]
    public void Run_SeparableImages_LearnsThem(TrainedPart part)
    {
        TrainingLog log = new Trainer(
            Model, NetworkParameters.Random(Model, false, 1), Stripes.Store(64, 1), Stripes.Store(32, 900), Options with { Part = part, Epochs = 40, CropPadding = 0, Flip = false }).Run().Log;
        Assert.True(log.Epochs[^1].TestAccuracy > 0.9, $"{log.Epochs[^1]}");
        Assert.True(log.Epochs[^1].TrainingLoss < log.Epochs[0].TrainingLoss);
    }

    [Fact]
    public void Run_NormalizationOnly_KeepsEveryWeight()
    {
        NetworkParameters start = NetworkParameters.Random(Model, false, 1);
        NetworkParameters end = Trainer(TrainedPart.Normalization).Run().Parameters;
        Assert.All(start.Weights.Zip(end.Weights), p => Assert.Equal(p.First.Values, p.Second.Values));
        Assert.All(start.Layers.Zip(end.Layers), p => Assert.NotEqual(p.First.Scale, p.Second.Scale));
    }

    [Fact]
    public void Run_Random_ChangesAsManyWeightsAsThereAreNormalizationParameters()
    {
        Trainer trainer = Trainer(TrainedPart.Random);
        (NetworkParameters end, TrainingLog log) = trainer.Run();
        NetworkParameters start = NetworkParameters.Random(Model, false, 1);
        int changed = start.Weights.Zip(end.Weights).Sum(p => p.First.Values.Zip(p.Second.Values).Count(v => v.First != v.Second));
        Assert.Equal(trainer.LayerParameterCount, log.TrainedParameters);
        Assert.InRange(changed, trainer.LayerParameterCount * 9 / 10, trainer.LayerParameterCount);
        Assert.All(start.Layers.Zip(end.Layers), p => Assert.Equal(p.First.Scale, p.Second.Scale));
    }

    [Fact]
    public void Run_SameSeed_GivesSameBytes() =>
        Assert.Equal(Bytes(Trainer(TrainedPart.All).Run().Parameters), Bytes(Trainer(TrainedPart.All).Run().Parameters));

    [Fact]
    public void Run_ResumedAfterInterrupt_GivesTheBytesOfAnUninterruptedRun()
    {
        string folder = Directory.CreateTempSubdirectory("edgeadapt-train").FullName;
        using var interrupt = new CancellationTokenSource();
        int steps = 0;
        Assert.Throws<OperationCanceledException>(() => Trainer(TrainedPart.All).Run(folder, false, _ =>
        {
            if (++steps == 6)
            {
                interrupt.Cancel();
            }
        }, interrupt.Token));
        int repeated = 0;
        (NetworkParameters resumed, TrainingLog log) = Trainer(TrainedPart.All).Run(folder, true, _ => repeated++);
        (NetworkParameters whole, TrainingLog expected) = Trainer(TrainedPart.All).Run();
        Assert.Equal(12, repeated);
        Assert.Equal(Bytes(whole), Bytes(resumed));
        Assert.Equal(expected.Epochs, log.Epochs);
    }

    [Fact]
    public void Run_CheckpointOfOtherOptions_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("edgeadapt-train").FullName;
        Trainer(TrainedPart.Normalization).Run(folder);
        Assert.Contains("another model, data or options",
            Assert.Throws<DatasetException>(() => Trainer(TrainedPart.All).Run(folder, true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RateThatDiverges_SaysSo()
    {
        var trainer = new Trainer(Model, NetworkParameters.Random(Model, false, 1), Stripes.Store(64, 1), Stripes.Store(32, 900),
            Options with { LearningRate = 1e30, Epochs = 20 });
        Assert.Contains("--lr", Assert.Throws<DatasetException>(() => trainer.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FewerImagesThanABatch_IsRefused() =>
        Assert.Contains("--batch", Assert.Throws<DatasetException>(() => new Trainer(
            Model, NetworkParameters.Of(Model), Stripes.Store(8, 1), Stripes.Store(8, 2), Options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_ImagesOfAnotherSize_IsRefused()
    {
        NormalizationModel model = NormalizationModel.Of(ResidualNetwork.Build(8, 4, 2, 3, 16, 16));
        Assert.Contains("[3, 16, 16]", Assert.Throws<DatasetException>(() => new Trainer(
            model, NetworkParameters.Of(model), Stripes.Store(32, 1), Stripes.Store(8, 2), Options)).Message, StringComparison.Ordinal);
    }

    private static Trainer Trainer(TrainedPart part) =>
        new(Model, NetworkParameters.Random(Model, false, 1), Stripes.Store(64, 1), Stripes.Store(32, 900), Options with { Part = part });

    private static byte[] Bytes(NetworkParameters parameters) => parameters.ApplyTo(Model).ToBytes();
}
