using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>What every method must stand: broken images, batches of one, certainty; and that a reset is complete.</summary>
public sealed class MethodRobustnessTests(MethodRobustnessTests.Cache cache) : IClassFixture<MethodRobustnessTests.Cache>
{
    private const int BatchSize = 8;

    /// <summary>Methods whose published thresholds and batches are too large for a stream this short, with smaller ones.</summary>
    private static readonly string[] Eager = ["eager-rotta", "eager-foa", "eager-eta", "eager-cema", "eager-edgeadapt", "eager-redundancy"];

    public static TheoryData<string> Methods => [.. MethodCatalog.Names, .. Eager];

    public static TheoryData<string> Learning => ["tent", "eata", "sar", "deyo", "rdumb", "t3a", "bn-moving", "cotta", "eager-rotta", "eager-foa", "eager-eta", "eager-cema", "eager-edgeadapt"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_BrokenImageAmongOthers_SpoilsOnlyItsOwnAnswer(string name)
    {
        ITestTimeAdaptation method = cache.Get(name);
        foreach (FloatTensor batch in Golden.Batches(Golden.Samples(), BatchSize))
        {
            FloatTensor broken = batch.Select([.. Enumerable.Range(0, BatchSize)]);
            broken.Sample(3)[7] = float.NaN;
            TestTimeResult result = method.Infer(broken, Golden.Handles(broken));
            Assert.Equal([BatchSize, 5], result.Logits.Shape);
            Assert.All(Enumerable.Range(0, BatchSize), row => Assert.Equal(row == 3, float.IsNaN(result.Logits.Sample(row)[0])));
            Assert.DoesNotContain(3, result.Uploaded);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_NoUsableImage_LearnsNothing(string name)
    {
        FloatTensor batch = Golden.Batches(Golden.Samples(), BatchSize).First();
        ITestTimeAdaptation method = cache.Get(name);
        float[] expected = method.Infer(batch, Golden.Handles(batch)).Logits.Values;
        method.Reset();
        var broken = new FloatTensor(Enumerable.Repeat(float.NaN, batch.Values.Length).ToArray(), batch.Shape);
        TestTimeResult nothing = method.Infer(broken, Golden.Handles(broken));
        Assert.Empty(nothing.Uploaded);
        Assert.Equal(0, nothing.ParameterBytesDown);
        Assert.Equal(expected, method.Infer(batch, Golden.Handles(batch)).Logits.Values);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_OneImageAtATime_StaysFinite(string name)
    {
        ITestTimeAdaptation method = cache.Get(name);
        Assert.All(Golden.Batches(Golden.Samples(), 1), image =>
            Assert.All(method.Infer(image, Golden.Handles(image)).Logits.Values, v => Assert.True(float.IsFinite(v))));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_EqualImages_StaysFinite(string name)
    {
        ITestTimeAdaptation method = cache.Get(name);
        var flat = new FloatTensor(Enumerable.Repeat(0.5f, BatchSize * 192).ToArray(), BatchSize, 3, 8, 8);
        for (int i = 0; i < 3; i++)
        {
            Assert.All(method.Infer(flat, Golden.Handles(flat)).Logits.Values, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Reset_AfterAStream_RepeatsItBitForBit(string name)
    {
        ITestTimeAdaptation method = cache.Get(name);
        float[] first = Stream(method);
        Stream(method);
        method.Reset();
        Assert.Equal(first, Stream(method));
    }

    [Theory]
    [MemberData(nameof(Learning))]
    public void Infer_TheSameStreamAgain_IsAnsweredOtherwise(string name)
    {
        ITestTimeAdaptation method = cache.Get(name);
        Assert.NotEqual(Stream(method), Stream(method));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_ConstantLogits_StayConstant(string name)
    {
        using ITestTimeAdaptation method = Create(name, Constant());
        float[] logits = Stream(method);
        Assert.All(logits.Chunk(5), row => Assert.Equal(logits[..5], row));
    }

    /// <summary>One method of each name for all tests: sessions are slow to build, and <see cref="Reset_AfterAStream_RepeatsItBitForBit"/> is what makes it safe.</summary>
    public sealed class Cache : IDisposable
    {
        private readonly Dictionary<string, ITestTimeAdaptation> _methods = [];

        /// <summary>The method as after construction.</summary>
        public ITestTimeAdaptation Get(string name)
        {
            if (!_methods.TryGetValue(name, out ITestTimeAdaptation? method))
            {
                _methods[name] = method = Create(name);
            }

            method.Reset();
            return method;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            foreach (ITestTimeAdaptation method in _methods.Values)
            {
                method.Dispose();
            }
        }
    }

    private static float[] Stream(ITestTimeAdaptation method) =>
        [.. Golden.Batches(Golden.Samples(), BatchSize).SelectMany(b => method.Infer(b, Golden.Handles(b)).Logits.Values)];

    /// <summary>The student with a head that no feature reaches.</summary>
    private static NormalizationModel Constant() => NormalizationModel.Of(Golden.Model("student").Model.Edit(proto =>
    {
        int head = proto.Graph.Initializer.Select(t => t.Name).ToList().IndexOf("head.weight");
        TensorProto tensor = proto.Graph.Initializer[head];
        proto.Graph.Initializer[head] = TensorContents.Floats(tensor.Name, new float[tensor.Dims.Aggregate(1L, (a, b) => a * b)], [.. tensor.Dims]);
    }));

    private static ITestTimeAdaptation Create(string name, NormalizationModel? model = null)
    {
        NormalizationModel student = model ?? Golden.Model("student");
        CemaOptions cema = new()
        {
            Selection = new EntropyFilterOptions { EntropyHighMargin = 1, EntropyLowMargin = null, WarmUpSamples = null },
            CloudBatch = 4, ReplayMinimum = 6, ReplayCapacity = 20,
        };
        return name switch
        {
            "eager-rotta" => new RottaAdaptation(student, new RottaOptions { Capacity = 10, PeriodImages = 5 }),
            "eager-foa" => new FoaAdaptation(student, new FoaOptions { ReferenceImages = 4, SmallestBatch = 1, Population = 4, DiscrepancyWeight = 1 }),
            "eager-eta" => new EtaAdaptation(student, new EtaOptions { EntropyMargin = 1 }),
            "eager-cema" => new CemaAdaptation(student, Golden.Model("teacher"), cema),
            "eager-edgeadapt" => new CemaAdaptation(student, Golden.Model("teacher"), cema with { Start = StatisticsStart.Edge, Alpha = 0 }),
            "eager-redundancy" => new CemaAdaptation(student, Golden.Model("teacher"), cema with { RedundancyMargin = 0.5 }),
            _ => MethodCatalog.Find(name).Create(new MethodContext(student, Golden.Model("teacher"), (3, 8, 8), 1, new SessionSettings { Threads = 1 })),
        };
    }
}
