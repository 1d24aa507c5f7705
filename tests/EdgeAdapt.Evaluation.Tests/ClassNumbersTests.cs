using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Evaluation.Tests;

public sealed class ClassNumbersTests : IDisposable
{
    private static readonly string[] Known = ["ant", "bee", "cow", "dog"];
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Run_FolderWithSomeOfTheClasses_MatchesThemByName()
    {
        // The same pictures as the folder of .npy files, but those of two classes alone.
        (byte[] frames, int[] labels) = TinyImages.Render(5, TinyData.Images);
        string folder = Folder(frames, labels, [1, 3], Known);
        var options = new EvaluationOptions { Methods = ["source"] };
        using var benchmark = new Benchmark(_data.Subject(path: folder) with { ClassNames = Known }, options);
        EvaluationReport report = benchmark.Run();
        EvaluationRow row = Assert.Single(report.Rows);
        Assert.Contains("class by class", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Equal(labels.Count(l => l is 1 or 3), row.Images);
        Assert.True(row.Accuracy > 0.8);
    }

    [Fact]
    public void Open_FolderWithSomeOfTheClassesAndNoNames_IsRefused()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(5, TinyData.Images);
        string folder = Folder(frames, labels, [1, 3], Known);
        string message = Assert.Throws<DatasetException>(() => new Benchmark(_data.Subject(path: folder), new EvaluationOptions { Methods = ["source"] })).Message;
        Assert.Contains("manifest", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderWithAnUnknownClass_NamesIt()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(5, TinyData.Images);
        string folder = Folder(frames, labels, [1, 3], ["ant", "bee", "cow", "emu"]);
        EvaluationSubject subject = _data.Subject(path: folder) with { ClassNames = Known };
        Assert.Contains("emu", Assert.Throws<DatasetException>(() => new Benchmark(subject, new EvaluationOptions { Methods = ["source"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyClassFolder_NamesIt()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(5, TinyData.Images);
        string folder = Folder(frames, labels, [0, 1, 2, 3], Known);
        Directory.CreateDirectory(Path.Combine(folder, "emu"));
        Assert.Contains("emu", Assert.Throws<DatasetException>(() => new Benchmark(_data.Subject(path: folder), new EvaluationOptions { Methods = ["source"] })).Message, StringComparison.Ordinal);
    }

    private string Folder(byte[] frames, int[] labels, int[] classes, string[] names)
    {
        using var encoder = new ImageEncoder();
        string root = Path.Combine(_data.Folder, "images");
        for (int i = 0; i < labels.Length; i++)
        {
            if (classes.Contains(labels[i]))
            {
                Directory.CreateDirectory(Path.Combine(root, names[labels[i]]));
                File.WriteAllBytes(
                    Path.Combine(root, names[labels[i]], $"{i:000}.png"),
                    encoder.EncodePng(frames.AsMemory(i * TinyImages.FrameBytes, TinyImages.FrameBytes), TinyImages.Size, TinyImages.Size));
            }
        }

        return root;
    }
}
