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
    [InlineData("used twice")]
    [InlineData("vectors")]
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
        using PreparedModel? prepared = PreparedModel.TryCreate(model, shape, OneThread, _folder.FullName, out string? reason);
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
        using PreparedModel prepared = PreparedModel.TryCreate(model, Shape(model), OneThread, _folder.FullName, out _)!;
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

    [Theory]
    [InlineData("bn")]
    [InlineData("vectors")]
    [InlineData("road signs")]
    [InlineData(nameof(NormalizationStyle.LayerOperator))]
    public void Dispose_OfASession_LetsTheNextParametersFillItBitForBit(string kind)
    {
        NormalizationModel model = NormalizationModel.Of(Model(kind));
        using PreparedModel prepared = PreparedModel.TryCreate(model, Shape(model), OneThread, _folder.FullName, out _)!;
        Assert.True(prepared.ReusesSessions);
        FloatTensor images = Images(Shape(model), 2);
        ModelSession first = prepared.Build(Moved(model, 0));
        using ModelSession made = prepared.Build(Moved(model, 1));
        float[] expected = Logits(model, made, images);
        Assert.NotEqual(expected, Logits(model, first, images));
        first.Dispose();
        using ModelSession filled = prepared.Build(Moved(model, 1));
        Assert.Equal(expected, Logits(model, filled, images));
        Assert.Throws<ObjectDisposedException>(() => Logits(model, first, images));
    }

    [Fact]
    public void Dispose_Twice_GivesTheSessionBackOnce()
    {
        NormalizationModel model = NormalizationModel.Of(Model("road signs"));
        using PreparedModel prepared = PreparedModel.TryCreate(model, Shape(model), OneThread, _folder.FullName, out _)!;
        FloatTensor images = Images(Shape(model), 2);
        float[][] expected = [.. Enumerable.Range(0, 2).Select(seed => Once(prepared, model, seed, images))];
        ModelSession returned = prepared.Build(Moved(model, 2));
        returned.Dispose();
        using ModelSession first = prepared.Build(Moved(model, 0));
        returned.Dispose();
        using ModelSession second = prepared.Build(Moved(model, 1));
        Assert.Equal(expected[0], Logits(model, first, images));
        Assert.Equal(expected[1], Logits(model, second, images));
    }

    [Fact]
    public void Dispose_BeforeItsSessions_LeavesThemAnswering()
    {
        NormalizationModel model = NormalizationModel.Of(Model("road signs"));
        FloatTensor images = Images(Shape(model), 2);
        ModelSession session;
        float[] expected;
        using (PreparedModel prepared = PreparedModel.TryCreate(model, Shape(model), OneThread, _folder.FullName, out _)!)
        {
            session = prepared.Build(Moved(model, 0));
            expected = Logits(model, session, images);
        }

        Assert.Equal(expected, Logits(model, session, images));
        session.Dispose();
    }

    [Fact]
    public void Read_BeyondTheEndOfTheFile_IsAnErrorAndTheFileHasNoName()
    {
        string path = Path.Combine(_folder.FullName, "optimized.tmp");
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        using var file = new OptimizedFile(path);
        Assert.False(File.Exists(path));
        Assert.Equal([1, 2, 3, 4], file.ReadAll());
        byte[] piece = new byte[3];
        file.Read(1, piece);
        Assert.Equal([2, 3, 4], piece);
        Assert.Throws<EndOfStreamException>(() => file.Read(2, new byte[3]));
    }

    [Fact]
    public void Open_WeightsThatOccurTwiceAndInsideOthers_ComputesAsTheModelItself()
    {
        // Ones twice, and a third tensor of ones that holds them: whoever looks for values in the file finds the first.
        ModelProto model = Ones();
        using StoredModel stored = StoredModel.Create(() => model, OneThread, _folder.FullName);
        using ModelSession session = stored.Open();
        using var peer = new ModelSession(model, OneThread);
        var inputs = new Dictionary<string, FloatTensor> { ["x"] = new([.. Enumerable.Range(0, 64).Select(i => i / 64f)], 1, 64) };
        Assert.Equal(peer.Run(inputs, ["y"])[0].Values, session.Run(inputs, ["y"])[0].Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_ValueBeforeNormalizationUsedTwice_DoesNotFoldIntoItsConvolution(bool convolve)
    {
        FoldedGraph folded = FoldedGraph.Of(NormalizationModel.Of(Model("used twice")), convolve)!;

        FoldedRole[] first = convolve ? [FoldedRole.Weight, FoldedRole.Bias] : [FoldedRole.Parameter, FoldedRole.Parameter, FoldedRole.Parameter, FoldedRole.Parameter];
        Assert.Equal([.. first, FoldedRole.Weight, FoldedRole.Bias], folded.Tensors.Select(t => t.Role));
        GraphProto graph = folded.Weighted().Graph;
        Assert.Equal(convolve ? (3, 0) : (2, 1), (graph.Node.Count(n => n.OpType == "Conv"), graph.Node.Count(n => n.OpType == "BatchNormalization")));
    }

    [Fact]
    public void TryCreate_QuantizedModel_SaysWhyNot()
    {
        NormalizationModel twin = NormalizationModel.Of(QuantizedModelBuilder.Quantize(Model("convolution bias"), Images([3, 8, 8], 4)));
        Assert.Null(PreparedModel.TryCreate(twin, [3, 8, 8], OneThread, _folder.FullName, out string? reason));
        Assert.Contains("integers", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void DeleteLeftovers_OfAKilledProcess_LeavesOtherFilesAlone()
    {
        string kept = Path.Combine(_folder.FullName, "parameters.safetensors");
        File.WriteAllText(kept, "kept");
        File.WriteAllText(Path.Combine(_folder.FullName, $"optimized-{Guid.NewGuid():N}.tmp"), "left");
        PreparedModel.DeleteLeftovers(_folder.FullName);
        Assert.Equal([kept], Directory.GetFiles(_folder.FullName));
        PreparedModel.DeleteLeftovers(Path.Combine(_folder.FullName, "gone"));
    }

    [Fact]
    public void TryCreate_FolderGone_SaysWhyNot()
    {
        NormalizationModel model = NormalizationModel.Of(Model("bn"));
        Assert.Null(PreparedModel.TryCreate(model, Shape(model), OneThread, Path.Combine(_folder.FullName, "gone"), out string? reason));
        Assert.NotEmpty(reason!);
    }

    private static ModelProto Ones()
    {
        float[] ones = new float[64 * 128];
        Array.Fill(ones, 1);
        return new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new GraphProto
            {
                Name = "ones",
                Input = { Value("x", 1, 64) },
                Output = { Value("y", 1, 128) },
                Initializer = { TensorContents.Floats("a", ones.AsSpan(0, 64 * 64), 64, 64), TensorContents.Floats("b", ones.AsSpan(0, 64 * 64), 64, 64), TensorContents.Floats("c", ones, 64, 128) },
                Node =
                {
                    new NodeProto { OpType = "MatMul", Input = { "x", "a" }, Output = { "xa" } },
                    new NodeProto { OpType = "MatMul", Input = { "xa", "b" }, Output = { "xab" } },
                    new NodeProto { OpType = "MatMul", Input = { "xab", "c" }, Output = { "y" } },
                },
            },
        };

        static ValueInfoProto Value(string name, params long[] shape) => new()
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = new TensorShapeProto { Dim = { shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } },
                },
            },
        };
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

        else if (kind == "used twice")
        {
            NodeProto first = graph.Proto.Graph.Node.First(n => n.OpType == "BatchNormalization");
            NodeProto rectified = graph.Proto.Graph.Node.First(n => n.OpType == "Relu");
            graph.Proto.Graph.Node.Insert(
                graph.Proto.Graph.Node.IndexOf(rectified), new NodeProto { OpType = "Add", Input = { first.Input[0], first.Output[0] }, Output = { "sum" } });
            rectified.Input[0] = "sum";
        }
        else if (kind == "vectors")
        {
            NodeProto linear = graph.Proto.Graph.Node.First(n => n.OpType == "Gemm");
            string[] names = [.. new[] { "scale", "shift", "mean", "variance" }.Select(n => "vectors." + n)];
            graph.Proto.Graph.Initializer.AddRange(names.Select(n => TensorContents.Floats(n, [0.5f, 1, 1.5f, 2, 2.5f], 5)));
            graph.Proto.Graph.Node.Insert(
                graph.Proto.Graph.Node.IndexOf(linear), new NodeProto { OpType = "BatchNormalization", Input = { linear.Input[0], names[0], names[1], names[2], names[3] }, Output = { "normalized" } });
            linear.Input[0] = "normalized";
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
