using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>The committed demo models, their manifests and their training log belong together, and to the pictures drawn now.</summary>
public sealed class RoadSignModelTests
{
    private const int Frames = 400;

    [Theory]
    [InlineData("student")]
    [InlineData("teacher")]
    public void Load_CommittedModel_KeepsItsNormalizationAndNamesTheSigns(string name)
    {
        string path = Checkout.Path("deploy", "models", "roadsigns", name + ".onnx");
        OnnxModel model = OnnxModel.Load(path);
        Assert.Equal(
            Log(name).GetProperty("batch_normalization_nodes").GetInt32(),
            model.Graph.Node.Count(n => n.OpType == "BatchNormalization"));
        Assert.True(model.OpsetVersion >= 14);
        ModelManifest manifest = ModelManifest.Load(path);
        Assert.Equal("roadsigns-" + name, manifest.Name);
        Assert.Equal(RoadSigns.ClassNames, manifest.Labels);
        Assert.Equal((32, 32, 32, 10), (manifest.Height, manifest.Width, manifest.Resize, manifest.Classes));
    }

    [Fact]
    public void Models_Together_AreSmallEnoughToCommit() =>
        Assert.True(new[] { "student", "teacher" }.Sum(n => new FileInfo(Checkout.Path("deploy", "models", "roadsigns", n + ".onnx")).Length) < 5 << 20);

    [Theory]
    [InlineData("student", RoadSignWeather.Clean)]
    [InlineData("student", RoadSignWeather.Fog)]
    [InlineData("student", RoadSignWeather.LowLight)]
    [InlineData("teacher", RoadSignWeather.Clean)]
    [InlineData("teacher", RoadSignWeather.Rain)]
    public void Run_FreshPictures_ReachesTheLoggedAccuracy(string name, RoadSignWeather weather)
    {
        string path = Checkout.Path("deploy", "models", "roadsigns", name + ".onnx");
        OnnxModel model = OnnxModel.Load(path);
        ClassifierSignature signature = ClassifierSignature.Of(model);
        var condition = new RoadSignCondition(weather);
        LabeledFrames frames = RoadSigns.Render(77, Frames, condition);
        using var session = new ModelSession(model.ToBytes());
        var inputs = new Dictionary<string, FloatTensor> { [signature.InputName] = frames.ToTensor(ModelManifest.Load(path).Normalization) };
        FloatTensor logits = session.Run(inputs, [signature.OutputName])[0];
        int hits = Enumerable.Range(0, Frames).Count(i => ArgMax(logits.Sample(i)) == frames.Labels[i]);
        double logged = Log(name).GetProperty("accuracy").GetProperty(condition.Name).GetDouble();

        // Two samples of 400 and 1,000: four standard deviations of their difference.
        double tolerance = 4 * Math.Sqrt(Math.Max(logged * (1 - logged), 0.01) * ((1.0 / Frames) + (1.0 / 1000)));
        Assert.InRange((double)hits / Frames, logged - tolerance, logged + tolerance);
    }

    private static JsonElement Log(string name)
    {
        using JsonDocument log = JsonDocument.Parse(File.ReadAllBytes(Checkout.Path("deploy", "models", "roadsigns", "log.json")));
        return log.RootElement.GetProperty("models").GetProperty(name).Clone();
    }

    private static int ArgMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
