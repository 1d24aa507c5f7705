using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Preparation.Tests;

public sealed class ModelPreparationTests
{
    private static readonly OnnxModel Original = TinyClassifier.Create();
    private static readonly OnnxModel Folded = FoldedModel.Of(Original);

    [Fact]
    public void Apply_FoldedModel_GivesEveryConvolutionALayerAndAnswersToTheBitAsBefore()
    {
        PreparedModel prepared = ModelPreparation.Apply(Folded, [Images(1, 64)]);

        Assert.All(prepared.Convolutions, c => Assert.Equal((12, ConvolutionStatus.Prepared), (c.Channels, c.Status)));
        Assert.Equal(2, prepared.Convolutions.Count);
        Assert.Equal(2, NormalizationModel.Of(prepared.Model).Layers.Count);
        FloatTensor images = Images(2, 33);
        Assert.Equal(Logits(Folded, images).Values, Logits(prepared.Model, images).Values);
        Assert.Equal(Logits(Folded, images, optimize: false).Values, Logits(prepared.Model, images, optimize: false).Values);
    }

    [Fact]
    public void Apply_SeveralBatches_KeepsMeanAndVarianceOfAllImagesTogether()
    {
        FloatTensor images = Images(3, 50);
        OnnxModel prepared = ModelPreparation.Apply(Folded, [images.Select([.. Enumerable.Range(0, 32)]), images.Select([.. Enumerable.Range(32, 18)])]).Model;

        NormalizationModel model = NormalizationModel.Of(Reload(prepared));
        FloatTensor seen = ConvolutionOutput(images);
        int pixels = seen.SampleLength / 12;
        for (int c = 0; c < 12; c++)
        {
            double[] values = [.. Enumerable.Range(0, 50).SelectMany(i => seen.Sample(i).Slice(c * pixels, pixels).ToArray()).Select(v => (double)v)];
            double mean = values.Average();
            Assert.Equal(mean, model.Source[0].Mean[c], 1e-5);
            Assert.Equal(values.Average(v => (v - mean) * (v - mean)), model.Source[0].Variance[c], 1e-5);
        }
    }

    [Fact]
    public void Source_PreparedModel_IsTheSameFunctionInTheFormOfItsStatistics()
    {
        NormalizationModel model = NormalizationModel.Of(Reload(ModelPreparation.Apply(Folded, [Images(1, 64)]).Model));
        FloatTensor images = Images(4, 16);

        float[] expected = Logits(Folded, images).Values;
        float[] actual = Logits(model.With(model.Source), images).Values;

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.Contains(model.Source[0].Mean, m => m < -0.1f);
    }

    [Fact]
    public void Apply_ShiftedImages_StatisticsRecoverAsMuchAsOnTheOriginal()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(77, 128, gain: 0.5, offset: 0.4);
        FloatTensor shifted = TinyClassifier.ToTensor(frames);
        NormalizationModel prepared = NormalizationModel.Of(ModelPreparation.Apply(Folded, [Images(1, 512)]).Model);

        double original = Recovered(NormalizationModel.Of(Original), shifted, labels);
        double recovered = Recovered(prepared, shifted, labels);

        Assert.Equal(original, recovered, 0.05);
        Assert.True(recovered > TinyClassifier.Accuracy(Logits(Folded, shifted), labels) + 0.1);
    }

    [Fact]
    public void Apply_ImageWithNaN_IsLeftOut()
    {
        FloatTensor images = Images(5, 8);
        FloatTensor spoilt = new([.. images.Values], images.Shape);
        spoilt.Sample(3)[7] = float.NaN;

        PreparedModel with = ModelPreparation.Apply(Folded, [spoilt]);
        PreparedModel without = ModelPreparation.Apply(Folded, [images.Select([0, 1, 2, 4, 5, 6, 7])]);

        Assert.Equal(7, with.Samples);
        Assert.Equal(NormalizationModel.Of(without.Model).Source[1].Mean, NormalizationModel.Of(with.Model).Source[1].Mean);
    }

    [Fact]
    public void Apply_ModelThatHasLayers_KeepsThemAndItsAnswersAndGetsTheStatistics()
    {
        PreparedModel prepared = ModelPreparation.Apply(Original, [Images(1, 64)]);
        PreparedModel again = ModelPreparation.Apply(Reload(prepared.Model), [Images(9, 64)]);

        Assert.Empty(prepared.Convolutions);
        Assert.Equal(2, prepared.Layers);
        FloatTensor images = Images(2, 9);
        Assert.Equal(Logits(Original, images).Values, Logits(prepared.Model, images).Values);
        NormalizationModel model = NormalizationModel.Of(prepared.Model);
        Assert.NotEqual(NormalizationModel.Of(Original).Source[0].Mean, model.Source[0].Mean);
        Assert.All(Logits(Original, images).Values.Zip(Logits(model.With(model.Source), images).Values), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.NotEqual(model.Source[0].Mean, NormalizationModel.Of(again.Model).Source[0].Mean);
        Assert.Equal(2, again.Model.Proto.MetadataProps.Count);
    }

    [Fact]
    public void Apply_ConvolutionsWithoutBias_AreLeftAloneAndAloneRefused()
    {
        OnnxModel bare = Folded.Edit(proto =>
        {
            foreach (NodeProto node in proto.Graph.Node.Where(n => n.OpType == "Conv"))
            {
                node.Input.RemoveAt(2);
            }
        });

        Assert.Contains("nothing to adapt", Assert.Throws<OnnxModelException>(() => ModelPreparation.Apply(bare, [Images(1, 8)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_GateOfOnePixel_IsLeftAlone()
    {
        OnnxModel gated = Folded.Edit(proto =>
        {
            // Squeeze-and-excitation behind the last rectifier: pool, 1 × 1 convolution with bias, sigmoid, product.
            GraphProto graph = proto.Graph;
            NodeProto pool = graph.Node.First(n => n.OpType == "GlobalAveragePool");
            string value = pool.Input[0];
            graph.Initializer.Add(TensorContents.Floats("gate.weight", [.. Enumerable.Range(0, 144).Select(i => i % 13 == 0 ? 1f : 0f)], 12, 12, 1, 1));
            graph.Initializer.Add(TensorContents.Floats("gate.bias", new float[12], 12));
            var writer = new GraphWriter(graph, "gate");
            int from = graph.Node.Count;
            string product = writer.Add("Mul", [value, writer.Add("Sigmoid", [writer.Add("Conv", [writer.Add("GlobalAveragePool", [value]), "gate.weight", "gate.bias"])])]);
            NodeProto[] added = [.. graph.Node.Skip(from)];
            pool.Input[0] = product;
            int at = graph.Node.IndexOf(pool);
            foreach (NodeProto node in added)
            {
                graph.Node.Remove(node);
            }

            for (int i = 0; i < added.Length; i++)
            {
                graph.Node.Insert(at + i, added[i]);
            }
        });

        PreparedModel prepared = ModelPreparation.Apply(gated, [Images(1, 8)]);

        Assert.Equal([ConvolutionStatus.Prepared, ConvolutionStatus.Prepared, ConvolutionStatus.OnePixel], prepared.Convolutions.Select(c => c.Status));
    }

    [Fact]
    public void Apply_NoImageOrNoUsableOne_IsRefused()
    {
        FloatTensor broken = new([.. Enumerable.Repeat(float.NaN, 3 * TinyImages.Size * TinyImages.Size)], 1, 3, TinyImages.Size, TinyImages.Size);

        Assert.Throws<ArgumentException>(() => ModelPreparation.Apply(Folded, []));
        Assert.Throws<ArgumentException>(() => ModelPreparation.Apply(Folded, [broken]));
    }

    [Fact]
    public void Of_UnreadableStatistics_SaysToPrepareAgain()
    {
        OnnxModel prepared = ModelPreparation.Apply(Folded, [Images(1, 8)]).Model.Edit(proto => proto.MetadataProps[0].Value = "AAAA");

        Assert.Contains("Prepare the model again", Assert.Throws<OnnxModelException>(() => NormalizationModel.Of(prepared)).Message, StringComparison.Ordinal);
    }

    private static double Recovered(NormalizationModel model, FloatTensor images, int[] labels)
    {
        using var session = new StatisticsSession(model);
        return TinyClassifier.Accuracy(session.Run(images, model.Source, null, StatisticsPolicy.Batch).Logits, labels);
    }

    private static FloatTensor ConvolutionOutput(FloatTensor images)
    {
        string name = Folded.Graph.Node.First(n => n.OpType == "Conv").Output[0];
        using var session = new ModelSession(Folded.Edit(proto => proto.Graph.Output.Add(new ValueInfoProto { Name = name })).Proto, null);
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, [name])[0];
    }

    private static OnnxModel Reload(OnnxModel model) => OnnxModel.Parse(model.ToBytes(), "reloaded");

    private static FloatTensor Images(int seed, int count) => TinyClassifier.ToTensor(TinyImages.Render(seed, count).Frames);

    private static FloatTensor Logits(OnnxModel model, FloatTensor images, bool optimize = true)
    {
        using var session = new ModelSession(model.Proto, new SessionSettings { Optimize = optimize });
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, ["logits"])[0];
    }
}
