using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Onnx.Tests;

/// <summary>Normalization layers other than BatchNormalization, as exporters write them.</summary>
public sealed class NormalizationStyleTests
{
    [Theory]
    [InlineData(NormalizationStyle.LayerOperator, NormalizationKind.Layer, 216)]
    [InlineData(NormalizationStyle.LayerPow, NormalizationKind.Layer, 6)]
    [InlineData(NormalizationStyle.LayerChannelsFirst, NormalizationKind.Layer, 6)]
    [InlineData(NormalizationStyle.LayerMovedMean, NormalizationKind.Layer, 6)]
    [InlineData(NormalizationStyle.InstanceOperator, NormalizationKind.Instance, 6)]
    [InlineData(NormalizationStyle.GroupReshape, NormalizationKind.Group, 6)]
    [InlineData(NormalizationStyle.GroupOperator18, NormalizationKind.Group, 2)]
    [InlineData(NormalizationStyle.GroupOperator21, NormalizationKind.Group, 6)]
    [InlineData(NormalizationStyle.Affine, NormalizationKind.Affine, 6)]
    public void Of_EachStyle_FindsLayersNamedAfterTheirParameters(NormalizationStyle style, NormalizationKind kind, int values)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));

        Assert.Equal(["norm1", "norm2"], model.Layers.Select(l => l.Name));
        Assert.All(model.Layers, l => Assert.Equal((kind, values, 0), (l.Kind, l.Channels, l.StatisticsLength)));
        Assert.Equal(["norm2.weight", "norm2.bias"], model.Layers[1].TensorNames);
        Assert.All(model.Source, p => Assert.Equal((values, values, 0, 0), (p.Scale.Length, p.Bias.Length, p.Mean.Length, p.Variance.Length)));
        Assert.Empty(model.Unscaled);
    }

    [Theory]
    [InlineData(NormalizationStyle.LayerOperator)]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.LayerMovedMean)]
    [InlineData(NormalizationStyle.GroupReshape)]
    [InlineData(NormalizationStyle.GroupOperator18)]
    public void PackAndUnpack_OtherParameters_ComeBackAndChangeTheLogits(NormalizationStyle style)
    {
        NormalizationModel model = NormalizationModel.Of(StyledClassifier.Create(style));
        LayerParameters[] changed = [.. model.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => v + 0.25f)] })];
        ParameterSet set = model.Pack(new ParameterSetManifest { BaseModelSha256 = model.Model.Sha256, Version = 1 }, changed);

        Assert.Equal(4, set.Tensors.Count);
        IReadOnlyList<LayerParameters>? unpacked = model.TryUnpack(set, out string? fault);
        Assert.Null(fault);
        Assert.Equal(changed.Select(p => p.Scale), unpacked!.Select(p => p.Scale));
        Assert.Equal(Logits(model.Model), Logits(model.With(model.Source)));
        Assert.NotEqual(Logits(model.Model), Logits(model.With(unpacked!)));
    }

    [Fact]
    public void Of_LayerWithoutScaleAndShift_IsNamedAsNotAdaptable()
    {
        // One layer that can be adapted below two that cannot.
        OnnxModel model = StyledClassifier.Create(NormalizationStyle.LayerPow, scaled: false).Edit(proto =>
        {
            NodeProto convolution = proto.Graph.Node.First(n => n.OpType == "Conv");
            proto.Graph.Initializer.Add(TensorContents.Floats("norm0.weight", [1, 1, 1], 3));
            proto.Graph.Initializer.Add(TensorContents.Floats("norm0.bias", [0, 0, 0], 3));
            proto.Graph.Node.Insert(0, new NodeProto { OpType = "InstanceNormalization", Input = { "images", "norm0.weight", "norm0.bias" }, Output = { "normalized" } });
            convolution.Input[0] = "normalized";
        });

        NormalizationModel found = NormalizationModel.Of(model);

        Assert.Equal(["norm0"], found.Layers.Select(l => l.Name));
        Assert.Equal(2, found.Unscaled.Count);
    }

    [Fact]
    public void Of_InnerValueReadElsewhere_IsNoLayer()
    {
        OnnxModel model = StyledClassifier.Create(NormalizationStyle.LayerPow).Edit(proto =>
            proto.Graph.Output.Add(new ValueInfoProto { Name = proto.Graph.Node.First(n => n.OpType == "Div").Output[0] }));

        Assert.Equal(["norm2"], NormalizationModel.Of(model).Layers.Select(l => l.Name));
    }

    private static float[] Logits(OnnxModel model)
    {
        float[] pixels = [.. Enumerable.Range(0, 2 * 3 * 6 * 6).Select(i => ((i * 37 % 101) - 50) / 50f)];
        using var session = new ModelSession(model.ToBytes(), new SessionSettings { Threads = 1 });
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = new(pixels, 2, 3, 6, 6) }, ["logits"])[0].Values;
    }
}
