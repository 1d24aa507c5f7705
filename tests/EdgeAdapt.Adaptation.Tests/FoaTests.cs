using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>The forward-only search: against PyTorch with the same draws, logits within 1e-4; its reference, its limits, and models that it must stand.</summary>
public sealed class FoaTests
{
    private static readonly SessionSettings OneThread = new() { Threads = 1 };

    [Fact]
    public void Infer_BatchNormalization_ChoosesPyTorchsCandidates()
    {
        JsonElement golden = Golden.Case("foa", "baselines");
        using var foa = new FoaAdaptation(Golden.Model("student"), Options(golden), OneThread);
        AssertFollowsTwice(foa, golden);
    }

    [Fact]
    public void Infer_EveryKindOfLayerAndSourceImages_ChoosesAndShiftsAsPyTorch()
    {
        JsonElement golden = Golden.Case("foa-tokens", "baselines");
        FloatTensor[] batches = [.. Golden.Batches(Golden.Samples(), golden.GetProperty("batch").GetInt32())];
        using var foa = new FoaAdaptation(Tokens(), Options(golden), OneThread, batches[^2..]);
        AssertFollowsTwice(foa, golden);
    }

    [Theory]
    [InlineData(NormalizationStyle.LayerOperator)]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.LayerChannelsFirst)]
    [InlineData(NormalizationStyle.InstanceOperator)]
    [InlineData(NormalizationStyle.GroupReshape)]
    [InlineData(NormalizationStyle.GroupOperator18)]
    [InlineData(NormalizationStyle.GroupOperator21)]
    public void Infer_LayersWithoutRunningStatistics_LowersTheEntropyItSearchesFor(NormalizationStyle style)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));
        FloatTensor images = TinyNetwork.Images(16, 3);
        using var foa = new FoaAdaptation(model, new FoaOptions { ReferenceImages = 16, DiscrepancyWeight = 0, Radius = 0.3f }, OneThread);
        double before = Entropy(foa.Infer(images, Golden.Handles(images)).Logits);
        FloatTensor after = images;
        for (int i = 0; i < 10; i++)
        {
            after = foa.Infer(images, Golden.Handles(images)).Logits;
        }

        Assert.True(Entropy(after) < before - 1e-3, $"{before} → {Entropy(after)}");
    }

    [Theory]
    [InlineData(NormalizationStyle.LayerOperator)]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.InstanceOperator)]
    [InlineData(NormalizationStyle.GroupReshape)]
    [InlineData(NormalizationStyle.GroupOperator18)]
    [InlineData(NormalizationStyle.GroupOperator21)]
    public void Run_TheSameValueNormalizedInOtherWays_HasTheSameMoments(NormalizationStyle style)
    {
        // The first layer reads the same convolution in each; its γ are one a channel, one a group of three channels, or one a pixel.
        float[] expected = Halves(FirstLayer(NormalizationStyle.LayerChannelsFirst).Mean);
        LayerStatistics seen = FirstLayer(style);
        Assert.All(expected.Zip(Halves(seen.Mean)), p => Assert.Equal(p.First, p.Second, 1e-5f));
        if (seen.Mean.Length == StyledClassifier.Channels)
        {
            Assert.All(FirstLayer(NormalizationStyle.LayerChannelsFirst).Variance.Zip(seen.Variance), p => Assert.Equal(p.First, p.Second, 1e-5f));
        }
    }

    [Fact]
    public void Infer_HeavyDiscrepancy_StaysNearerToTheSourceThanEntropyAlone()
    {
        using var source = new SourceModel(Tokens(), OneThread);
        using var held = new FoaAdaptation(Tokens(), new FoaOptions { ReferenceImages = 8, DiscrepancyWeight = 1e4, PriorSamples = 1e6f, Radius = 0.3f }, OneThread);
        using var free = new FoaAdaptation(Tokens(), new FoaOptions { ReferenceImages = 8, DiscrepancyWeight = 0, PriorSamples = 1e6f, Radius = 0.3f }, OneThread);
        FloatTensor batch = Golden.Batches(Golden.Samples(), 8).First();
        double Distance(FoaAdaptation method)
        {
            FloatTensor logits = batch;
            for (int i = 0; i < 8; i++)
            {
                logits = method.Infer(batch, Golden.Handles(batch)).Logits;
            }

            return logits.Values.Zip(source.Infer(batch, Golden.Handles(batch)).Logits.Values, (a, b) => Math.Abs(a - b)).Average();
        }

        Assert.True(Distance(held) < 0.5 * Distance(free));
    }

    [Fact]
    public void Infer_BatchTooSmallToChooseBy_IsAnsweredWithWhatWasFound()
    {
        using var foa = new FoaAdaptation(Golden.Model("student"), new FoaOptions { ReferenceImages = 8, SmallestBatch = 8 }, OneThread);
        FloatTensor[] batches = [.. Golden.Batches(Golden.Samples(), 8)];
        FloatTensor few = batches[0].Select([0, 1, 2]);
        foa.Infer(batches[0], Golden.Handles(batches[0]));
        float[] before = foa.Infer(few, Golden.Handles(few)).Logits.Values;
        Assert.Equal(before, foa.Infer(few, Golden.Handles(few)).Logits.Values);
        for (int i = 1; i < batches.Length; i++)
        {
            foa.Infer(batches[i], Golden.Handles(batches[i]));
        }

        Assert.NotEqual(before, foa.Infer(few, Golden.Handles(few)).Logits.Values);
    }

    [Fact]
    public void Infer_NoLinearLayerLast_SearchesWithoutShift()
    {
        NormalizationModel softened = NormalizationModel.Of(Golden.Model("student").Model.Edit(proto =>
        {
            string logits = proto.Graph.Output[0].Name;
            proto.Graph.Node.Single(n => n.Output.Contains(logits)).Output[0] = "before";
            proto.Graph.Node.Add(new NodeProto { OpType = "LogSoftmax", Input = { "before" }, Output = { logits } });
        }));
        FloatTensor[] batches = [.. Golden.Batches(Golden.Samples(), 8)];
        using var foa = new FoaAdaptation(softened, new FoaOptions { ReferenceImages = 8 }, OneThread, batches[..1]);
        Assert.All(batches, b => Assert.All(foa.Infer(b, Golden.Handles(b)).Logits.Values, v => Assert.True(float.IsFinite(v))));
    }

    [Fact]
    public void Infer_PixelsOfAbsurdSize_KeepsWhatWasFound()
    {
        using var foa = new FoaAdaptation(Tokens(), new FoaOptions { ReferenceImages = 8 }, OneThread);
        FloatTensor[] batches = [.. Golden.Batches(Golden.Samples(), 8)];
        float[] Answer(FloatTensor batch) => foa.Infer(batch, Golden.Handles(batch)).Logits.Values;
        var absurd = new FloatTensor(Enumerable.Repeat(3e38f, batches[0].Values.Length).ToArray(), batches[0].Shape);
        Assert.DoesNotContain(true, Answer(batches[0]).Select(float.IsNaN));
        Answer(absurd);
        Assert.DoesNotContain(true, batches.SelectMany(Answer).Select(float.IsNaN));
    }

    [Fact]
    public void Create_NoNormalizationLayer_IsRefusedBeforeAnythingRuns()
    {
        OnnxModel plain = StyledClassifier.Create(NormalizationStyle.LayerPow, scaled: false);
        Assert.Contains("no normalization layer", Assert.Throws<OnnxModelException>(() => NormalizationModel.Of(plain)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_UnusableSourceImagesOrOptions_SaysWhatToGive()
    {
        var broken = new FloatTensor(Enumerable.Repeat(float.NaN, 192).ToArray(), 1, 3, 8, 8);
        Assert.Contains("32", Assert.Throws<ArgumentException>(() => new FoaAdaptation(Golden.Model("student"), new FoaOptions(), OneThread, [broken])).Message, StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => new FoaAdaptation(Golden.Model("student"), new FoaOptions { Dimension = 0, Population = 1, Radius = float.NaN }));
        Assert.All([nameof(FoaOptions.Dimension), nameof(FoaOptions.Population), nameof(FoaOptions.Radius)], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    private static LayerStatistics FirstLayer(NormalizationStyle style)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));
        using var session = new ActivationSession(model, 16, OneThread);
        (FloatTensor _, LayerStatistics[] seen) = session.Run(TinyNetwork.Images(16, 3), model.Source);
        Assert.Equal(model.Layers[0].Channels, seen[0].Mean.Length);
        return seen[0];
    }

    private static float[] Halves(float[] values) => [.. values.Chunk(values.Length / 2).Select(half => half.Average())];

    private static NormalizationModel Tokens() => NormalizationModel.Of(OnnxModel.Load(Checkout.Path("tests", "goldens", "gradients", "tokens.onnx")));

    private static double Entropy(FloatTensor logits) => Enumerable.Range(0, logits.Count).Average(i => (double)Logits.Entropy(logits.Sample(i)));

    private static FoaOptions Options(JsonElement golden)
    {
        JsonElement o = golden.GetProperty("options");
        return new FoaOptions
        {
            Dimension = o.GetProperty("dimension").GetInt32(),
            Population = o.GetProperty("population").GetInt32(),
            Radius = o.GetProperty("radius").GetSingle(),
            DiscrepancyWeight = o.GetProperty("discrepancyWeight").GetDouble(),
            ReferenceImages = o.GetProperty("referenceImages").GetInt32(),
            PriorSamples = o.GetProperty("priorSamples").GetSingle(),
            ShiftStep = o.GetProperty("shiftStep").GetSingle(),
            ShiftMomentum = o.GetProperty("shiftMomentum").GetSingle(),
            Seed = o.GetProperty("seed").GetUInt64(),
        };
    }

    private static void AssertFollowsTwice(FoaAdaptation foa, JsonElement golden)
    {
        for (int round = 0; round < 2; round++)
        {
            foa.Reset();
            foreach ((int batch, TestTimeResult result) in Golden.Run(foa, golden).Index())
            {
                Assert.Empty(result.Uploaded);
                Assert.Equal(0, result.ParameterBytesDown);
                Golden.AssertLogits(golden, batch, result);
            }
        }
    }
}
