using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using Onnx;

namespace EdgeAdapt.Onnx.Tests;

public sealed class NormalizationModelTests
{
    [Fact]
    public void Of_TwoLayers_FindsTheirNamesAndValues()
    {
        NormalizationModel model = NormalizationModel.Of(BatchNormalizationGraph.Create().ToModel());
        Assert.Equal(["bn1", "bn2"], model.Layers.Select(l => l.Name));
        Assert.All(model.Layers, layer => Assert.Equal(5, layer.Channels));
        Assert.Equal("bn2.running_var", model.Layers[1].VarianceName);
        Assert.All(model.Source, p => Assert.All(p.Variance, v => Assert.True(v > 0)));
    }

    [Fact]
    public void Of_LayersThatShareTensors_GetTensorsOfTheirOwn()
    {
        OnnxModel shared = BatchNormalizationGraph.Create(sharedTensors: true).ToModel();
        NormalizationModel model = NormalizationModel.Of(shared);
        Assert.Equal(8, model.Layers.SelectMany(l => l.TensorNames).Distinct().Count());

        LayerParameters second = model.Source[1] with { Bias = [.. model.Source[1].Bias.Select(b => b + 1)] };
        float[] before = Logits(shared), unchanged = Logits(model.Model), changed = Logits(model.With([model.Source[0], second]));
        Assert.Equal(before, unchanged);
        Assert.NotEqual(before, changed);
    }

    [Fact]
    public void With_SourceParameters_GivesTheSameLogitsAsTheFile()
    {
        OnnxModel original = BatchNormalizationGraph.Create().ToModel();
        NormalizationModel model = NormalizationModel.Of(original);
        Assert.Equal(Logits(original), Logits(model.With(model.Source)));
    }

    [Fact]
    public void With_AnyParameters_IsFoldedByOnnxRuntime()
    {
        NormalizationModel model = NormalizationModel.Of(BatchNormalizationGraph.Create().ToModel());
        string path = Path.Combine(Directory.CreateTempSubdirectory("edgeadapt-").FullName, "optimized.onnx");
        using (Microsoft.ML.OnnxRuntime.SessionOptions options = new SessionSettings().ToNative())
        {
            options.GraphOptimizationLevel = Microsoft.ML.OnnxRuntime.GraphOptimizationLevel.ORT_ENABLE_BASIC;
            options.OptimizedModelFilePath = path;
            using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(model.With(model.Source).ToBytes(), options);
        }

        OnnxModel optimized = OnnxModel.Load(path);
        Assert.DoesNotContain(optimized.Graph.Node, n => n.OpType == "BatchNormalization");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Of_NoNormalizationLayer_SaysHowToExport()
    {
        BatchNormalizationGraph graph = BatchNormalizationGraph.Create();
        foreach (NodeProto node in graph.Proto.Graph.Node.Where(n => n.OpType == "BatchNormalization"))
        {
            (node.OpType, string input) = ("Identity", node.Input[0]);
            node.Input.Clear();
            node.Input.Add(input);
            node.Attribute.Clear();
        }

        var e = Assert.Throws<OnnxModelException>(() => NormalizationModel.Of(graph.ToModel()));
        Assert.Contains("no normalization layer", e.Message, StringComparison.Ordinal);
        Assert.Contains("Export again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_InitializersListedAsInputs_AreFrozen()
    {
        BatchNormalizationGraph graph = BatchNormalizationGraph.Create();
        float[] expected = Logits(graph.ToModel());
        graph.Proto.Graph.Input.AddRange(graph.Proto.Graph.Initializer.Select(t => new ValueInfoProto
        {
            Name = t.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = t.DataType, Shape = new TensorShapeProto { Dim = { t.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } } } },
        }));
        NormalizationModel model = NormalizationModel.Of(graph.ToModel());
        Assert.Single(model.Model.Graph.Input);
        Assert.Equal(expected, Logits(model.Model));
    }

    [Fact]
    public void TryUnpack_SetThatWasPacked_ReturnsItsParameters()
    {
        NormalizationModel model = NormalizationModel.Of(BatchNormalizationGraph.Create().ToModel());
        ParameterSet set = ParameterSetFile.FromBytes(ParameterSetFile.ToBytes(model.Pack(Manifest(model), model.Source)));
        IReadOnlyList<LayerParameters>? parameters = model.TryUnpack(set, out string? fault);
        Assert.Null(fault);
        Assert.Equal(model.Source[1].Variance, parameters![1].Variance);
    }

    [Theory]
    [InlineData("hash", "belongs to the model")]
    [InlineData("missing", "lacks the tensor 'bn2.bias'")]
    [InlineData("length", "has 4 values and the layer has 5 channels")]
    [InlineData("nan", "holds NaN at index 2")]
    [InlineData("infinite", "at index 0")]
    [InlineData("negative", "negative at index 1")]
    [InlineData("extra", "holds 9 tensors and the model takes 8")]
    public void TryUnpack_SetThatDoesNotFit_NamesTheFault(string damage, string expected)
    {
        NormalizationModel model = NormalizationModel.Of(BatchNormalizationGraph.Create().ToModel());
        ParameterSet set = model.Pack(Manifest(model), model.Source);
        var tensors = set.Tensors.ToDictionary(t => t.Key, t => (float[])t.Value.Clone());
        switch (damage)
        {
            case "hash":
                set = set with { Manifest = set.Manifest with { BaseModelSha256 = new string('0', 64) } };
                break;
            case "missing":
                tensors.Remove("bn2.bias");
                break;
            case "length":
                tensors["bn1.weight"] = new float[4];
                break;
            case "nan":
                tensors["bn1.bias"][2] = float.NaN;
                break;
            case "infinite":
                tensors["bn2.running_mean"][0] = float.PositiveInfinity;
                break;
            case "negative":
                tensors["bn1.running_var"][1] = -0.5f;
                break;
            case "extra":
                tensors["other"] = [1];
                break;
        }

        Assert.Null(model.TryUnpack(set with { Tensors = tensors }, out string? fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Of_ResNet20_FindsNineteenLayers()
    {
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(SharedData.File("models/resnet20_cifar10.onnx")));
        Assert.Equal(19, model.Layers.Count);
        Assert.Equal(688, model.Layers.Sum(l => l.Channels));
        Assert.Equal("layer3.2.bn2", model.Layers[^1].Name);
        Assert.DoesNotContain(model.Model.Graph.Node, n => n.OpType is "Constant" or "Shape" or "ConstantOfShape");
    }

    private static ParameterSetManifest Manifest(NormalizationModel model) => new() { BaseModelSha256 = model.Model.Sha256, Version = 1 };

    private static float[] Logits(OnnxModel model)
    {
        var random = new Random(3);
        float[] values = new float[2 * 3 * 8 * 8];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextDouble();
        }

        using var session = new ModelSession(model.ToBytes(), new SessionSettings { Threads = 1 });
        return session.Run(new Dictionary<string, FloatTensor> { ["input"] = new(values, 2, 3, 8, 8) }, ["logits"])[0].Values;
    }
}
