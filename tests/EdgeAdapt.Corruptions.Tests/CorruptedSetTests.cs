using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions.Tests;

public sealed class CorruptedSetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-corruptions-");

    [Fact]
    public void Write_AnyThreads_SameBytes()
    {
        string[] names = ["gaussian_noise", "frost", "elastic_transform", "day_night"];
        Write("one", 32, 70, new CorruptedSetOptions { Names = names, Threads = 1, Severities = [2, 5] });
        Write("four", 32, 70, new CorruptedSetOptions { Names = names, Threads = 4, Severities = [2, 5] });
        Assert.All(names.Append("clean").Append("labels"), name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder.FullName, "one", name + ".npy")), File.ReadAllBytes(Path.Combine(_folder.FullName, "four", name + ".npy"))));
    }

    [Fact]
    public void Write_TwoSeverities_IsAFolderToEvaluate()
    {
        IReadOnlyList<CorruptedFile> files = Write("set", 32, 40, new CorruptedSetOptions { Names = ["contrast", "vignetting"], Severities = [1, 5] });
        CorruptionFolder folder = CorruptionFolder.Open(Path.Combine(_folder.FullName, "set"));
        Assert.Equal(["contrast", "vignetting", "clean"], folder.Corruptions);
        Assert.Equal(80, folder.Count);
        Assert.Equal(folder.Labels.Take(40), folder.Labels.Skip(40));
        Assert.Equal(["contrast", "vignetting", "clean"], files.Select(f => f.Name));
        Assert.Equal(0, files[^1].MeanDifference);
        using NpyFrameReader contrast = folder.Images("contrast"), drift = folder.Images("vignetting");
        Assert.Equal(TestImages.Corrupt(CorruptionCatalog.Find("contrast")!, TestImages.Draw(32, 3), 32, 5), contrast.ReadFrame(43));
        Assert.Equal(TestImages.Draw(32, 0), drift.ReadFrame(0));
        Assert.NotEqual(TestImages.Draw(32, 39), drift.ReadFrame(79));
    }

    [Fact]
    public void Write_Steps_AreAnnounced()
    {
        var options = new CorruptedSetOptions { Names = ["contrast", "brightness"], Severities = [1, 2, 3], Limit = 50 };
        int steps = 0;
        WriteCounting("steps", 70, options, _ => steps++);
        Assert.Equal(CorruptedSet.Steps(70, options), steps);
        Assert.Equal(150, CorruptionFolder.Open(Path.Combine(_folder.FullName, "steps")).Count);
    }

    [Fact]
    public void Write_Cancelled_LeavesNoFinishedFile()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        using ILabeledImages images = Images(32, 10);
        string folder = Path.Combine(_folder.FullName, "stopped");
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CorruptedSet.Write(images, folder, new CorruptedSetOptions(), TimeProvider.System, _ => { }, cancellation.Token));
        Assert.Empty(Directory.EnumerateFiles(folder, "*.npy"));
    }

    [Fact]
    public void Write_DamagedImage_NamesItAndLeavesNoFinishedFile()
    {
        using var images = new DamagedImages();
        string folder = Path.Combine(_folder.FullName, "damaged");
        DatasetException fault = Assert.Throws<DatasetException>(() =>
            CorruptedSet.Write(images, folder, new CorruptedSetOptions { Names = ["contrast"] }, TimeProvider.System, _ => { }));
        Assert.Contains("image 37", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder, "*.npy"));
    }

    [Fact]
    public void Write_ImagesTooSmall_NamesTheSize()
    {
        DatasetException fault = Assert.Throws<DatasetException>(() => Write("small", 6, 3, new CorruptedSetOptions()));
        Assert.Contains("6 x 6", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ManyFaults_NamesAll()
    {
        var options = new CorruptedSetOptions { Names = ["rust"], Severities = [0], Threads = -1, Limit = 0 };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.All(new[] { "rust", "severities", "threads", "limit" }, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void ContactSheet_TwoRows_HoldsCleanAndSeverities()
    {
        using ILabeledImages images = Images(32, 2);
        ContactSheet sheet = ContactSheet.Of(images, 1, ["contrast", "day_night"], 1);
        Assert.Equal((200, 600), (sheet.Height, sheet.Width));
        Assert.Equal(TestImages.Draw(32, 1)[..3], sheet.Pixels[..3]);
        Assert.Throws<ArgumentException>(() => ContactSheet.Of(images, 1, ["rust"], 1));
    }

    [Fact]
    public void Compare_ListsThatDoNotFit_Throws() =>
        Assert.Throws<ArgumentException>(() => CorruptionComparison.Of(CorruptionCatalog.All[0], [new byte[3072]], [], 32, 32, 1, 1));

    public void Dispose() => _folder.Delete(recursive: true);

    private IReadOnlyList<CorruptedFile> Write(string name, int side, int count, CorruptedSetOptions options)
    {
        using ILabeledImages images = Images(side, count);
        return CorruptedSet.Write(images, Path.Combine(_folder.FullName, name), options, TimeProvider.System, _ => { });
    }

    private void WriteCounting(string name, int count, CorruptedSetOptions options, Action<string> progress)
    {
        using ILabeledImages images = Images(32, count);
        CorruptedSet.Write(images, Path.Combine(_folder.FullName, name), options, TimeProvider.System, progress);
    }

    private NpyImages Images(int side, int count)
    {
        string path = Path.Combine(_folder.FullName, $"images-{side}-{count}.npy"), labels = Path.Combine(_folder.FullName, $"labels-{count}.npy");
        NpyFile.Write(path, NpyArray.Of([.. Enumerable.Range(0, count).SelectMany(i => TestImages.Draw(side, i))], count, side, side, 3));
        NpyFile.Write(labels, NpyArray.Of([.. Enumerable.Range(0, count).Select(i => (long)(i % 3))], count));
        return NpyImages.Open(path, labels);
    }
}
