using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Onnx.Tests.Prepared;

public sealed class PreparedModelTests : IDisposable
{
    private static readonly SessionSettings OneThread = new() { Threads = 1 };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-prepared-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("bn")]
    [InlineData("shared tensors")]
    [InlineData("convolution bias")]
    [InlineData("road signs")]
    [InlineData(nameof(NormalizationStyle.LayerOperator))]
    [InlineData(nameof(NormalizationStyle.LayerPow))]
    [InlineData(nameof(NormalizationStyle.LayerChannelsFirst))]
    [InlineData(nameof(NormalizationStyle.LayerMovedMean))]
    [InlineData(nameof(NormalizationStyle.InstanceOperator))]
    [InlineData(nameof(NormalizationStyle.GroupReshape))]
    public void Build_AnyParameters_AnswersAsAModelThatOnnxRuntimeFolds(string kind)
    {
        NormalizationModel model = NormalizationModel.Of(Model(kind));
        int[] shape = Shape(model);
        PreparedModel? prepared = PreparedModel.TryCreate(model, shape, OneThread, _folder.FullName, out string? reason);
        Assert.Null(reason);
        FloatTensor images = Images(shape, 3);
        for (int seed = 0; seed < 3; seed++)
        {
            LayerParameters[] parameters = Moved(model, seed);
            using ModelSession session = prepared!.Build(parameters);
            using var peer = new ModelSession(model.With(parameters).Proto, OneThread);
            float[] expected = Logits(model, peer, images);
            float size = expected.Max(MathF.Abs);
            Assert.All(Logits(model, session, images).Zip(expected), p => Assert.InRange(p.First - p.Second, -1e-5f * size, 1e-5f * size));
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void Build_AfterOthersWereDisposed_StillGivesEachItsOwnParameters()
    {
        NormalizationModel model = NormalizationModel.Of(Model("road signs"));
        PreparedModel prepared = PreparedModel.TryCreate(model, Shape(model), OneThread, _folder.FullName, out _)!;
        FloatTensor images = Images(Shape(model), 2);
        float[][] expected = [.. Enumerable.Range(0, 4).Select(seed => Once(prepared, model, seed, images))];
        using ModelSession held = prepared.Build(Moved(model, 0));
        for (int seed = 1; seed < 4; seed++)
        {
            Assert.Equal(expected[seed], Once(prepared, model, seed, images));
            Assert.Equal(expected[0], Logits(model, held, images));
        }

        Assert.Equal(4, expected.Select(e => e[0]).Distinct().Count());
    }

    [Fact]
    public void TryCreate_ValueBeforeNormalizationUsedTwice_KeepsTheLayer()
    {
        BatchNormalizationGraph graph = BatchNormalizationGraph.Create();
        NodeProto first = graph.Proto.Graph.Node.First(n => n.OpType == "BatchNormalization");
        NodeProto rectified = graph.Proto.Graph.Node.First(n => n.OpType == "Relu");
        NodeProto sum = new() { OpType = "Add", Input = { first.Input[0], first.Output[0] }, Output = { "sum" } };
        graph.Proto.Graph.Node.Insert(graph.Proto.Graph.Node.IndexOf(rectified), sum);
        rectified.Input[0] = "sum";
        NormalizationModel model = NormalizationModel.Of(graph.ToModel());

        FoldedGraph folded = FoldedGraph.Of(model)!;
        Assert.Equal(
            [FoldedRole.Parameter, FoldedRole.Parameter, FoldedRole.Parameter, FoldedRole.Parameter, FoldedRole.Weight, FoldedRole.Bias], folded.Tensors.Select(t => t.Role));
        Assert.Single(folded.Fill(t => new float[t.Length]).Graph.Node, n => n.OpType == "BatchNormalization");
    }

    [Fact]
    public void TryCreate_QuantizedModel_SaysWhyNot()
    {
        NormalizationModel twin = NormalizationModel.Of(QuantizedModelBuilder.Quantize(Model("convolution bias"), Images([3, 8, 8], 4)));
        Assert.Null(PreparedModel.TryCreate(twin, [3, 8, 8], OneThread, _folder.FullName, out string? reason));
        Assert.Contains("integers", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_FolderGone_SaysWhyNot()
    {
        NormalizationModel model = NormalizationModel.Of(Model("bn"));
        Assert.Null(PreparedModel.TryCreate(model, Shape(model), OneThread, Path.Combine(_folder.FullName, "gone"), out string? reason));
        Assert.NotEmpty(reason!);
    }

    private static OnnxModel Model(string kind)
    {
        if (kind == "road signs")
        {
            return OnnxModel.Load(Checkout.Path("deploy", "models", "roadsigns", "student.onnx"));
        }

        if (Enum.TryParse(kind, out NormalizationStyle style))
        {
            return StyledClassifier.Create(style);
        }

        BatchNormalizationGraph graph = BatchNormalizationGraph.Create(sharedTensors: kind == "shared tensors");
        if (kind == "convolution bias")
        {
            graph.Proto.Graph.Initializer.Add(TensorContents.Floats("conv1.bias", [1, -2, 3, -4, 5], 5));
            graph.Proto.Graph.Node.First(n => n.OpType == "Conv").Input.Add("conv1.bias");
        }

        return graph.ToModel();
    }

    private static int[] Shape(NormalizationModel model) =>
        [.. model.Model.Graph.Input.First(i => i.Name == model.Signature.InputName).Type.TensorType.Shape.Dim.Skip(1).Select(d => (int)d.DimValue)];

    private static FloatTensor Images(int[] shape, int count)
    {
        var random = new Random(5);
        return new FloatTensor([.. Enumerable.Range(0, count * shape.Aggregate(1, (a, b) => a * b)).Select(_ => (2 * random.NextSingle()) - 1)], [count, .. shape]);
    }

    private static LayerParameters[] Moved(NormalizationModel model, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. model.Source.Select(p => new LayerParameters(
                [.. p.Scale.Select(v => v + random.NextSingle())], [.. p.Bias.Select(v => v - random.NextSingle())],
                [.. p.Mean.Select(v => v + random.NextSingle())], [.. p.Variance.Select(v => v * (0.5f + random.NextSingle()))])),
        ];
    }

    private static float[] Once(PreparedModel prepared, NormalizationModel model, int seed, FloatTensor images)
    {
        using ModelSession session = prepared.Build(Moved(model, seed));
        return Logits(model, session, images);
    }

    private static float[] Logits(NormalizationModel model, ModelSession session, FloatTensor images) =>
        session.Run(new Dictionary<string, FloatTensor> { [model.Signature.InputName] = images }, [model.Signature.OutputName])[0].Values;
}
