using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>Statistics priors, LAME and T3A against PyTorch, batch by batch: logits within 1e-4; and models that they refuse.</summary>
public sealed class BaselineGoldenTests
{
    [Fact]
    public void Infer_SourcePrior_CountsTheSourceAsImages() => AssertFollows("bn-prior", golden =>
        new SourcePriorAdaptation(Golden.Model("student"), new SourcePriorOptions { PriorSamples = Option(golden, "priorSamples").GetSingle() }));

    [Fact]
    public void Infer_SourcePriorAndOneImage_StaysNearTheSource()
    {
        var image = Golden.Batches(Golden.Samples(), 1).First();
        using var prior = new SourcePriorAdaptation(Golden.Model("student"), new SourcePriorOptions { PriorSamples = 1e6f });
        using var source = new SourceModel(Golden.Model("student"));
        float[] expected = source.Infer(image, Golden.Handles(image)).Logits.Values;
        Assert.All(expected.Zip(prior.Infer(image, Golden.Handles(image)).Logits.Values), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Theory]
    [InlineData("bn-alpha")]
    [InlineData("bn-moving")]
    [InlineData("bn-layers")]
    public void Infer_StatisticsPolicy_MixesAsPyTorch(string name) =>
        AssertFollows(name, _ => MethodCatalog.Find(name).Create(new MethodContext(Golden.Model("student"), null, (3, 8, 8), 1)));

    [Fact]
    public void Infer_Lame_AssignsAsPyTorch() => AssertFollows("lame", golden => new LameAdaptation(Golden.Model("student"), new LameOptions
    {
        Neighbours = Option(golden, "neighbours").GetInt32(),
        Affinity = Option(golden, "affinity").GetDouble(),
        MaximumSteps = Option(golden, "maximumSteps").GetInt32(),
        Tolerance = Option(golden, "tolerance").GetDouble(),
    }));

    [Fact]
    public void Infer_T3a_MovesItsPrototypesAsPyTorch() => AssertFollows("t3a", golden =>
        new T3aAdaptation(Golden.Model("student"), new T3aOptions { SupportsPerClass = Option(golden, "supportsPerClass").GetInt32() }));

    [Theory]
    [InlineData("lame")]
    [InlineData("t3a")]
    public void Create_NoLinearLayerLast_RefusesAndNamesTheOperator(string name)
    {
        NormalizationModel softened = NormalizationModel.Of(Golden.Model("student").Model.Edit(proto =>
        {
            string logits = proto.Graph.Output[0].Name;
            NodeProto head = proto.Graph.Node.Single(n => n.Output.Contains(logits));
            head.Output[0] = "before";
            proto.Graph.Node.Add(new NodeProto { OpType = "Softmax", Input = { "before" }, Output = { logits } });
        }));
        var error = Assert.Throws<OnnxModelException>(() => MethodCatalog.Find(name).Create(new MethodContext(softened, null, (3, 8, 8), 1)));
        Assert.Contains("Softmax", error.Message, StringComparison.Ordinal);
        Assert.Contains("Export", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WrongOptions_NamesEachFault()
    {
        var error = Assert.Throws<ArgumentException>(() => new LameAdaptation(Golden.Model("student"), new LameOptions { Neighbours = 0, Affinity = double.NaN }));
        Assert.Contains(nameof(LameOptions.Neighbours), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LameOptions.Affinity), error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new T3aAdaptation(Golden.Model("student"), new T3aOptions { SupportsPerClass = 0 }));
        Assert.Throws<ArgumentException>(() => new SourcePriorAdaptation(Golden.Model("student"), new SourcePriorOptions { PriorSamples = -1 }));
    }

    private static JsonElement Option(JsonElement golden, string name) => golden.GetProperty("options").GetProperty(name);

    private static void AssertFollows(string name, Func<JsonElement, ITestTimeAdaptation> create)
    {
        JsonElement golden = Golden.Case(name, "baselines");
        using ITestTimeAdaptation method = create(golden);
        foreach ((int batch, TestTimeResult result) in Golden.Run(method, golden).Index())
        {
            Assert.Empty(result.Uploaded);
            Golden.AssertLogits(golden, batch, result);
        }
    }
}
