using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Preparation.Tests;

/// <summary>Models in 8 bits: what stays as it was, what keeps computing on integers, and what is refused.</summary>
public sealed class QuantizedPreparationTests
{
    private static readonly OnnxModel Float = FoldedModel.Of(TinyClassifier.Create());

    public static TheoryData<string> Forms => [.. AllForms.Keys];

    private static Dictionary<string, QuantizationForm> AllForms { get; } = new(StringComparer.Ordinal)
    {
        ["per tensor"] = new(),
        ["per channel"] = new() { PerChannel = true },
        ["uint8 weights"] = new() { UnsignedWeights = true },
        ["int8 activations"] = new() { PerChannel = true, SignedActivations = true },
        ["float bias"] = new() { PerChannel = true, FloatBias = true },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Apply_QuantizedModel_AnswersToTheBitAsBeforeOnIntegers(string form)
    {
        OnnxModel original = Quantized(form);
        PreparedModel prepared = ModelPreparation.Apply(original, [Images(1, 64)]);
        NormalizationModel model = NormalizationModel.Of(Reload(prepared.Model));

        Assert.All(prepared.Convolutions, c => Assert.Equal((12, ConvolutionStatus.Prepared, true), (c.Channels, c.Status, c.Quantized)));
        Assert.Equal(2, model.Layers.Count);
        Assert.True(model.IsQuantized);
        OnnxModel deployed = model.With(model.Source);
        FloatTensor images = Images(2, 33);
        Assert.Equal(Logits(original, images).Values, Logits(deployed, images).Values);
        Assert.Equal(IntegerConvolutions(original), IntegerConvolutions(deployed));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void With_OtherParameters_ComputesOnIntegersWhatTheFloatTwinComputes(string form)
    {
        NormalizationModel model = Prepared(form);
        LayerParameters[] parameters = [.. model.Source.Select((s, layer) => Changed(s, c => 0.6f + (0.07f * c), c => 0.1f * ((c % 3) - layer)))];

        OnnxModel deployed = model.With(parameters);

        Assert.Equal(2, IntegerConvolutions(deployed));
        AssertClose(model, parameters, deployed);
    }

    [Theory]
    [InlineData("per tensor")]
    [InlineData("per channel")]
    [InlineData("uint8 weights")]
    [InlineData("int8 activations")]
    public void With_ScalesOfEverySize_ComputesOnIntegersWhatTheFloatTwinComputes(string form)
    {
        NormalizationModel model = Prepared(form);
        float[] factors = [-1f, 0f, -0.4f, 1e-9f, -2.5f, 1e-30f, 0.8f, -0f, 3f, -1e-3f, 1f, -1f];
        LayerParameters[] parameters = [.. model.Source.Select(s => Changed(s, c => factors[c], c => 0.05f * c))];

        OnnxModel deployed = model.With(parameters);

        Assert.Equal(2, IntegerConvolutions(deployed));
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void With_HugeScale_StaysFiniteAndSaturatesAsTheFloatTwin()
    {
        NormalizationModel model = Prepared("per channel");
        LayerParameters[] parameters = [.. model.Source.Select(s => Changed(s, c => c % 2 == 0 ? 1e5f : 1f, _ => 0))];

        OnnxModel deployed = model.With(parameters);

        Assert.Equal(2, IntegerConvolutions(deployed));
        Assert.All(Logits(deployed, Images(2, 33)).Values, v => Assert.True(float.IsFinite(v)));
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void With_SmallestIntegerTurned_FitsIntoALargerScale()
    {
        OnnxModel original = Quantized("per channel").Edit(proto =>
        {
            TensorProto weights = proto.Graph.Initializer.First(t => t.Name == "conv2.weight.folded_quantized");
            byte[] bytes = weights.RawData.ToByteArray();
            bytes[0] = 0x80;
            weights.RawData = Google.Protobuf.ByteString.CopyFrom(bytes);
        });
        NormalizationModel model = NormalizationModel.Of(ModelPreparation.Apply(Reload(original), [Images(1, 64)]).Model);
        LayerParameters[] parameters = [.. model.Source.Select(s => Changed(s, _ => -1f, _ => 0))];

        OnnxModel deployed = model.With(parameters);

        TensorProto turned = deployed.Graph.Initializer.First(t => t.Name.EndsWith("norm.weight:quantized.weight", StringComparison.Ordinal) && t.Dims[1] == 12);
        Assert.Equal(127, turned.ToLongs()[0]);
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void With_LayerThatIsNotBehindAConvolution_StaysALayer()
    {
        OnnxModel original = ModelPreparation.Apply(Quantized("per channel"), [Images(1, 64)]).Model.Edit(proto =>
        {
            NodeProto layer = proto.Graph.Node.First(n => n.OpType == "BatchNormalization");
            NodeProto convolution = proto.Graph.Node.First(n => n.Output[0] == layer.Input[0]);
            proto.Graph.Node.Insert(proto.Graph.Node.IndexOf(layer), new NodeProto { OpType = "Neg", Input = { layer.Input[0] }, Output = { "negative" } });
            layer.Input[0] = "negative";
        });
        NormalizationModel model = NormalizationModel.Of(Reload(original));
        LayerParameters[] parameters = [.. model.Source.Select(s => Changed(s, _ => 0.9f, _ => 0.1f))];

        OnnxModel deployed = model.With(parameters);

        Assert.Single(deployed.Graph.Node, n => n.OpType == "BatchNormalization");
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void With_OneWeightForTwoConvolutions_FoldsEachForItself()
    {
        OnnxModel original = Quantized("per channel").Edit(proto =>
        {
            NodeProto second = proto.Graph.Node.Last(n => n.OpType == "Conv");
            NodeProto third = second.Clone();
            third.Name = "third";
            third.Output[0] = "third";
            string read = second.Output[0];
            second.Output[0] = "second";
            int at = proto.Graph.Node.IndexOf(second);
            proto.Graph.Node.Insert(at + 1, third);
            string Around(string value) => Quantize(proto.Graph, value, read, ref at);
            at++;
            string a = Around("second");
            string b = Around("third");
            proto.Graph.Node.Insert(at + 1, new NodeProto { OpType = "Max", Name = "max", Input = { a, b }, Output = { read } });
        });
        NormalizationModel model = NormalizationModel.Of(ModelPreparation.Apply(Reload(original), [Images(1, 64)]).Model);
        LayerParameters[] parameters = [.. model.Source.Select((s, i) => Changed(s, _ => 0.5f + (0.3f * i), _ => 0.1f * i))];

        OnnxModel deployed = model.With(parameters);

        Assert.Equal(3, model.Layers.Count);
        Assert.Equal(3, IntegerConvolutions(deployed));
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void Apply_ConvolutionsWithoutBias_AreLeftAloneAndAloneRefused()
    {
        OnnxModel bare = Quantized("per channel").Edit(proto =>
        {
            foreach (NodeProto node in proto.Graph.Node.Where(n => n.OpType == "Conv"))
            {
                node.Input.RemoveAt(2);
            }
        });

        Assert.Contains("nothing to adapt", Assert.Throws<OnnxModelException>(() => ModelPreparation.Apply(bare, [Images(1, 8)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_LayerBehindAQuantizedConvolutionWithoutBias_GivesItOne()
    {
        OnnxModel bare = ModelPreparation.Apply(Quantized("per channel"), [Images(1, 64)]).Model.Edit(proto =>
        {
            foreach (NodeProto node in proto.Graph.Node.Where(n => n.OpType == "Conv"))
            {
                node.Input.RemoveAt(2);
            }
        });
        NormalizationModel model = NormalizationModel.Of(Reload(bare));
        LayerParameters[] parameters = [.. model.Source.Select(s => Changed(s, c => 0.5f + (0.1f * c), _ => 0.2f))];

        OnnxModel deployed = model.With(parameters);

        Assert.Equal(2, IntegerConvolutions(deployed));
        AssertClose(model, parameters, deployed);
    }

    [Fact]
    public void Apply_ScaleForEachInputChannel_IsLeftAloneWithTheReason()
    {
        OnnxModel other = Quantized("per channel").Edit(proto =>
            proto.Graph.Node.First(n => n.OpType == "DequantizeLinear" && n.Input[0] == "conv2.weight.folded_quantized").Attribute[0].I = 1);

        PreparedModel prepared = ModelPreparation.Apply(other, [Images(1, 8)]);

        Assert.Equal([ConvolutionStatus.Prepared, ConvolutionStatus.OtherPrecision], prepared.Convolutions.Select(c => c.Status));
    }

    [Theory]
    [InlineData("QLinearConv", "QuantFormat.QDQ")]
    [InlineData("ConvInteger", "statically")]
    public void Apply_IntegerOperators_AreRefusedWithTheRemedy(string operation, string remedy)
    {
        OnnxModel model = Float.Edit(proto => proto.Graph.Node.First(n => n.OpType == "Conv").OpType = operation);

        string message = Assert.Throws<OnnxModelException>(() => ModelPreparation.Apply(model, [Images(1, 8)])).Message;

        Assert.Contains(operation, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OperatorSetWithoutChannelScales_IsRefusedWithTheRemedy()
    {
        OnnxModel old = QuantizedModelBuilder.Quantize(Float, Images(1, 64), new QuantizationForm { Opset = 12 });

        Assert.Contains("opset 13 or later", Assert.Throws<OnnxModelException>(() => ModelPreparation.Apply(old, [Images(1, 8)])).Message, StringComparison.Ordinal);
    }

    private static string Quantize(GraphProto graph, string value, string range, ref int at)
    {
        graph.Node.Insert(++at, new NodeProto { OpType = "QuantizeLinear", Name = value + ":q", Input = { value, range + "_scale", range + "_zero_point" }, Output = { value + ":integers" } });
        graph.Node.Insert(++at, new NodeProto { OpType = "DequantizeLinear", Name = value + ":dq", Input = { value + ":integers", range + "_scale", range + "_zero_point" }, Output = { value + ":again" } });
        return value + ":again";
    }

    private static OnnxModel Quantized(string form) => QuantizedModelBuilder.Quantize(Float, Images(1, 512), AllForms[form]);

    private static NormalizationModel Prepared(string form) => NormalizationModel.Of(ModelPreparation.Apply(Quantized(form), [Images(1, 512)]).Model);

    private static LayerParameters Changed(LayerParameters source, Func<int, float> factor, Func<int, float> shift) => new(
        [.. source.Scale.Select((s, c) => s * factor(c))], [.. source.Bias.Select((b, c) => b + shift(c))],
        [.. source.Mean.Select((m, c) => m + (0.02f * (c % 5)))], [.. source.Variance.Select((v, c) => v * (0.9f + (0.02f * c)))]);

    /// <summary>
    /// Integer and float sums differ in their last digit, which now and then turns a rounding. Logits are in steps of 1/255 of their range themselves: a few of those
    /// in the worst, none on average.
    /// </summary>
    private static void AssertClose(NormalizationModel model, LayerParameters[] parameters, OnnxModel deployed)
    {
        FloatTensor images = Images(2, 33);
        using var session = new ForwardSession(model);
        float[] expected = session.Run(images, parameters).Values;
        float[] actual = Logits(deployed, images).Values;
        float span = expected.Max() - expected.Min();
        Assert.True(span > 0.1f, $"The logits span {span} only.");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 4f / 255 * span));
        Assert.Equal(0, expected.Zip(actual, (e, a) => (double)e - a).Average(), 0.25 / 255 * span);
    }

    private static int IntegerConvolutions(OnnxModel model) => OptimizedOperators.Count(model).GetValueOrDefault("QLinearConv");

    private static OnnxModel Reload(OnnxModel model) => OnnxModel.Parse(model.ToBytes(), "reloaded");

    private static FloatTensor Images(int seed, int count) => TinyClassifier.ToTensor(TinyImages.Render(seed, count).Frames);

    private static FloatTensor Logits(OnnxModel model, FloatTensor images)
    {
        using var session = new ModelSession(model.Proto);
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = images }, ["logits"])[0];
    }
}
