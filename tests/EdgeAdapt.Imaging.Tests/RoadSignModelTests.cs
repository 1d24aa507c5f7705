using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>The committed demo models, their manifests and their measured accuracy belong together, and to the pictures drawn now.</summary>
public sealed class RoadSignModelTests
{
    private const int Frames = 400;

    [Theory]
    [InlineData("student", 9)]
    [InlineData("teacher", 15)]
    public void Load_CommittedModel_KeepsItsNormalizationAndNamesTheSigns(string name, int layers)
    {
        string path = Checkout.Path("deploy", "models", "roadsigns", name + ".onnx");
        OnnxModel model = OnnxModel.Load(path);
        Assert.Equal(layers, model.Graph.Node.Count(n => n.OpType == "BatchNormalization"));
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
    public void Run_FreshPictures_ReachesTheMeasuredAccuracy(string name, RoadSignWeather weather)
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
        double measured = MeasuredAccuracy(name, model, condition.Name);

        // Two samples of 400 and 1,000: four standard deviations of their difference.
        double tolerance = 4 * Math.Sqrt(Math.Max(measured * (1 - measured), 0.01) * ((1.0 / Frames) + (1.0 / 1000)));
        Assert.InRange((double)hits / Frames, measured - tolerance, measured + tolerance);
    }

    private static double MeasuredAccuracy(string name, OnnxModel model, string condition)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Checkout.Path("deploy", "models", "roadsigns", name + ".accuracy.json")));
        Assert.Equal(model.Sha256, report.RootElement.GetProperty("studentSha256").GetString());
        return report.RootElement.GetProperty("rows").EnumerateArray()
            .Single(row => row.GetProperty("method").GetString() == "source" && row.GetProperty("corruption").GetString() == condition)
            .GetProperty("accuracy").GetDouble();
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
