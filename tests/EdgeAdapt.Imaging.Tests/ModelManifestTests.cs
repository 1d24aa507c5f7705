using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Imaging.Tests;

public sealed class ModelManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-imaging-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_NoManifest_TakesDefaultsFromTheModel()
    {
        ModelManifest manifest = ModelManifest.Load(Model("my student.v2.onnx", 3, 24, 32, 7));
        Assert.Equal("my_student_v2", manifest.Name);
        Assert.Equal((24, 32, 32, 7), (manifest.Height, manifest.Width, manifest.Resize, manifest.Classes));
        Assert.Equal(ImageCrop.Center, manifest.Crop);
        Assert.Equal(Normalization.ImageNet, manifest.Normalization);
        Assert.Empty(manifest.Labels);
        Assert.Equal("3", manifest.LabelOf(3));
    }

    [Fact]
    public void Load_FullManifest_IsTaken()
    {
        string model = Model("m.onnx", 3, 0, 0, 2);
        Manifest("m.json", """
            { "name": "signs-1", "input": { "height": 32, "width": 48 }, "resize": 64, "crop": "none",
              "mean": [0, 0.5, 1], "std": [1, 2, 3], "labels": ["stop", "go"], "classes": 2 }
            """);
        ModelManifest manifest = ModelManifest.Load(model);
        Assert.Equal("signs-1", manifest.Name);
        Assert.Equal((32, 48, 64, 2), (manifest.Height, manifest.Width, manifest.Resize, manifest.Classes));
        Assert.Equal(ImageCrop.None, manifest.Crop);
        Assert.Equal([0, 0.5f, 1], manifest.Normalization.Mean);
        Assert.Equal([1f, 2, 3], manifest.Normalization.StandardDeviation);
        Assert.Equal("go", manifest.LabelOf(1));
        Assert.Equal("2", manifest.LabelOf(2));
    }

    [Fact]
    public void Load_NormalizationGiven_ReplacesTheManifests()
    {
        var mine = new Normalization([0.1f, 0.2f, 0.3f], [1, 1, 1]);
        Assert.Same(mine, ModelManifest.Load(Model("m.onnx", 3, 8, 8, 2), mine).Normalization);
    }

    [Fact]
    public void Load_ManyFaults_ListsAllOfThem()
    {
        string model = Model("m.onnx", 3, 32, 32, 10);
        Manifest("m.json", """
            { "name": "a/b", "input": { "height": 16, "width": 0 }, "resize": 8, "crop": "left", "mean": [0, 0], "std": [1, 1, 1],
              "labels": ["a", ""], "classes": 3 }
            """);
        string message = Assert.Throws<ModelManifestException>(() => ModelManifest.Load(model)).Message;
        foreach (string part in new[]
                 {
                     "m.json", "name is \"a/b\"", "input.height is 16, but the model takes 32", "input.width is 0", "resize is 8",
                     "crop is \"left\"", "mean and std", "empty name", "2 names for 3", "classes is 3, but the model has 10",
                 })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{ \"mean\": [0,0,0], \"std\": [1,0,1] }", "above 0")]
    [InlineData("{ \"lables\": [] }", "lables")]
    [InlineData("{ \"classes\": \"ten\" }", "classes")]
    [InlineData("[1, 2]", "not what was expected")]
    [InlineData("{", "not what was expected")]
    [InlineData("", "not what was expected")]
    [InlineData("null", "empty")]
    public void Load_UnreadableManifest_NamesFileAndFault(string json, string expected)
    {
        string model = Model("m.onnx", 3, 32, 32, 10);
        Manifest("m.json", json);
        string message = Assert.Throws<ModelManifestException>(() => ModelManifest.Load(model)).Message;
        Assert.Contains("m.json", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OpenInputWithoutManifest_AsksForOne()
    {
        string message = Assert.Throws<ModelManifestException>(() => ModelManifest.Load(Model("m.onnx", 3, 0, 0, 10))).Message;
        Assert.Contains("needs a manifest 'm.json'", message, StringComparison.Ordinal);
        Assert.Contains("input.height", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ModelOfOneChannel_IsRefused() =>
        Assert.Contains(
            "1 channels",
            Assert.Throws<ModelManifestException>(() => ModelManifest.Load(Model("m.onnx", 1, 8, 8, 2))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(32, true)]
    [InlineData(31, false)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Load_ResizeAtItsLimits_IsTakenOrRefused(int resize, bool taken)
    {
        string model = Model("m.onnx", 3, 24, 32, 10);
        Manifest("m.json", $"{{ \"resize\": {resize} }}");
        if (taken)
        {
            Assert.Equal(resize, ModelManifest.Load(model).Resize);
        }
        else
        {
            Assert.Throws<ModelManifestException>(() => ModelManifest.Load(model));
        }
    }

    [Fact]
    public void Load_AbsentModel_SaysSo() =>
        Assert.Throws<OnnxModelException>(() => ModelManifest.Load(Path.Combine(_folder, "absent.onnx")));

    private string Model(string name, long channels, long height, long width, long classes)
    {
        var writer = new GraphWriter(new GraphProto { Name = "classifier" });
        string pooled = writer.Add("GlobalAveragePool", [writer.Input("input", [-1, channels, height == 0 ? -1 : height, width == 0 ? -1 : width])]);
        writer.Output(writer.Add("Flatten", [pooled]), "logits");
        writer.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = classes } },
        };
        var model = new ModelProto { IrVersion = 8, Graph = writer.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 14 });
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private void Manifest(string name, string json) => File.WriteAllText(Path.Combine(_folder, name), json);
}
