using EdgeAdapt.Adaptation;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Evaluation.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Open_LabelBeyondTheModelsClasses_NamesIt()
    {
        _data.WriteLabels(l => l == 3 ? 4 : l);
        string message = Assert.Throws<DatasetException>(() => Open(_data.Subject())).Message;
        Assert.Contains("is 4", message, StringComparison.Ordinal);
        Assert.Contains("4 classes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TeacherWithOtherClasses_IsRefusedBeforeAnyWork()
    {
        OnnxModel teacher = TinyClassifier.Create(2).Edit(proto => proto.Graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue = 7);
        Assert.Contains("the teacher", Assert.Throws<OnnxModelException>(() => Open(_data.Subject(teacher: teacher))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingTeacher_NamesTheMethod()
    {
        EvaluationSubject alone = _data.Subject() with { Teacher = null };
        Assert.Contains("cema", Assert.Throws<ArgumentException>(() => new Benchmark(alone, new EvaluationOptions { Methods = ["source", "cema"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ImagesOfAnotherSize_NamesBoth()
    {
        NpyFile.Write(Path.Combine(_data.Folder, "fog.npy"), NpyArray.Of(new byte[TinyData.Images * 8 * 8 * 3], TinyData.Images, 8, 8, 3));
        foreach (string name in new[] { "dark", "hazy", "clean" })
        {
            File.Delete(Path.Combine(_data.Folder, name + ".npy"));
        }

        string message = Assert.Throws<DatasetException>(() => Open(_data.Subject())).Message;
        Assert.Contains("8 x 8 x 3", message, StringComparison.Ordinal);
        Assert.Contains("12 x 12 x 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoShiftWithoutCleanImages_NamesTheRemedy()
    {
        File.Delete(Path.Combine(_data.Folder, "clean.npy"));
        var options = new EvaluationOptions { Methods = ["source"], Protocols = [EvaluationProtocol.NoShift] };
        Assert.Contains("clean.npy", Assert.Throws<DatasetException>(() => new Benchmark(_data.Subject(), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SeveralFaultyOptions_ListsAllOfThem()
    {
        var options = new EvaluationOptions { Methods = ["magic"], Batches = [0], Delays = [-1], Limit = 0, Rounds = 1, Concentration = 0 };
        string message = Assert.Throws<ArgumentException>(() => new Benchmark(_data.Subject(), options)).Message;
        Assert.All(new[] { "magic", "batches", "delays", "limit", "rounds", "concentration" }, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_ConstantLogits_EveryMethodEndsWithTheShareOfOneClass()
    {
        EvaluationReport report = _data.Run(All(batch: 16), student: TinyData.Changed("fc.weight", _ => 0));
        (_, int[] labels) = TinyImages.Render(5, TinyData.Images);
        double[] shares = [.. Enumerable.Range(0, 4).Select(k => labels.Count(l => l == k) / (double)TinyData.Images)];
        Assert.All(report.Rows, r => Assert.Contains(shares, s => Math.Abs(s - r.Accuracy) < 1e-12));
    }

    [Fact]
    public void Run_LogitsOfNaN_CountAsWrongAndUploadNothing()
    {
        EvaluationReport report = _data.Run(All(batch: 16) with { Methods = ["source", "statistics", "cema", "edgeadapt"] }, student: TinyData.Changed("fc.bias", _ => float.NaN));
        Assert.All(report.Rows, r => Assert.Equal((0, 0), (r.Accuracy, r.Uploaded)));
    }

    [Fact]
    public void Run_BatchesOfOne_EveryMethodGetsThrough()
    {
        EvaluationReport report = _data.Run(All(batch: 1) with { Limit = 24, Protocols = [EvaluationProtocol.Continual] });
        Assert.All(report.Rows, r => Assert.InRange(r.Accuracy, 0, 1));
        Assert.Equal(MethodCatalog.Names.Count, report.Summary.Count);

        // A single image says little about statistics: the product's own must not fall far below the unadapted model on clean images.
        double? Clean(string method) => report.Summary.Single(s => s.Method == method).CleanAccuracy;
        Assert.True(Clean("statistics") >= Clean("source") - 0.15);
    }

    private static EvaluationOptions All(int batch) => new() { Methods = MethodCatalog.Names, Batches = [batch] };

    private static void Open(EvaluationSubject subject) => new Benchmark(subject, new EvaluationOptions { Methods = ["source", "cema"] }).Dispose();
}
