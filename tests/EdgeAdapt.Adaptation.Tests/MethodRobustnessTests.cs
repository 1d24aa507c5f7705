using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>What every method must stand: broken images, batches of one, certainty; and that a reset is complete.</summary>
public sealed class MethodRobustnessTests
{
    private const int BatchSize = 8;

    public static TheoryData<string> Methods => ["source", "bn", "statistics", "tent", "eta", "cema", "edgeadapt", "redundancy"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_BrokenImageAmongOthers_SpoilsOnlyItsOwnAnswer(string name)
    {
        using ITestTimeAdaptation method = Create(name);
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
        using ITestTimeAdaptation method = Create(name);
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
        using ITestTimeAdaptation method = Create(name);
        Assert.All(Golden.Batches(Golden.Samples(), 1), image =>
            Assert.All(method.Infer(image, Golden.Handles(image)).Logits.Values, v => Assert.True(float.IsFinite(v))));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Infer_EqualImages_StaysFinite(string name)
    {
        using ITestTimeAdaptation method = Create(name);
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
        using ITestTimeAdaptation method = Create(name);
        float[] first = Stream(method);
        if (name is "tent" or "cema" or "edgeadapt")
        {
            // Without this, a method that learns nothing would pass.
            Assert.NotEqual(first, Stream(method));
        }

        method.Reset();
        Assert.Equal(first, Stream(method));
    }

    private static float[] Stream(ITestTimeAdaptation method) =>
        [.. Golden.Batches(Golden.Samples(), BatchSize).SelectMany(b => method.Infer(b, Golden.Handles(b)).Logits.Values)];

    private static ITestTimeAdaptation Create(string name)
    {
        NormalizationModel student = Golden.Model("student");
        CemaOptions cema = new()
        {
            Selection = new EntropyFilterOptions { EntropyHighMargin = 1, EntropyLowMargin = null, WarmUpSamples = null },
            CloudBatch = 4, ReplayMinimum = 6, ReplayCapacity = 20,
        };
        return name switch
        {
            "source" => new SourceModel(student),
            "bn" => new StatisticsAdaptation(student, StatisticsPolicy.Batch),
            "statistics" => new StatisticsAdaptation(student, StatisticsPolicy.Default),
            "tent" => new TentAdaptation(student, new TentOptions()),
            "eta" => new EtaAdaptation(student, new EtaOptions { EntropyMargin = 1 }),
            "cema" => new CemaAdaptation(student, Golden.Model("teacher"), cema),
            "edgeadapt" => new CemaAdaptation(student, Golden.Model("teacher"), cema with { Start = StatisticsStart.Edge, Alpha = 0 }),
            _ => new CemaAdaptation(student, Golden.Model("teacher"), cema with { RedundancyMargin = 0.5 }),
        };
    }
}
