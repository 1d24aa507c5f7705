using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging.Tests;

public sealed class LabeledImagesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgeadapt-images-").FullName;
    private readonly ImageEncoder _encoder = new();

    public void Dispose()
    {
        _encoder.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Folder_ClassSubfolders_AreSortedAndLossless()
    {
        byte[] pixels = Pictures.Noise(6, 5, seed: 3);
        Png("dog/b.png", Pictures.Noise(6, 5, seed: 1));
        Png("cat/a.png", pixels);
        Png("dog/a.png", Pictures.Noise(6, 5, seed: 2));
        File.WriteAllText(Path.Combine(_root, "dog", "notes.txt"), "not an image");
        using ILabeledImages images = LabeledImages.Open(_root);
        Assert.Equal(["cat", "dog"], images.ClassNames);
        Assert.Equal([0, 1, 1], images.Labels.ToArray());
        Assert.Equal((6, 5, 3), (images.Height, images.Width, images.Channels));
        Assert.Equal(pixels, Read(images, 0));
        Assert.Equal(Pictures.Noise(6, 5, seed: 2), Read(images, 1));
    }

    [Fact]
    public void Folder_EmptyClass_NamesIt()
    {
        Png("cat/a.png", Pictures.Noise(4, 4, 1));
        Directory.CreateDirectory(Path.Combine(_root, "dog"));
        Directory.CreateDirectory(Path.Combine(_root, "emu"));
        Assert.Contains("dog, emu", Assert.Throws<DatasetException>(() => LabeledImages.Open(_root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_NoClasses_NamesTheLayout() =>
        Assert.Contains("CLASS/NAME.jpg", Assert.Throws<DatasetException>(() => LabeledImages.Open(_root)).Message, StringComparison.Ordinal);

    [Fact]
    public void Folder_TruncatedImage_NamesTheFile()
    {
        Png("cat/a.png", Pictures.Noise(8, 8, 1));
        Png("cat/b.png", Pictures.Noise(8, 8, 2));
        string broken = Path.Combine(_root, "cat", "b.png");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..80]);
        using ILabeledImages images = LabeledImages.Open(_root);
        Assert.Contains("b.png", Assert.Throws<DatasetException>(() => Read(images, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_OtherSize_IsRefusedUnlessAnInputSizeIsGiven()
    {
        Png("cat/a.png", Pictures.Gradient(8, 8), 8, 8);
        Png("cat/b.png", Pictures.Gradient(16, 24), 16, 24);
        using (ILabeledImages images = LabeledImages.Open(_root))
        {
            Assert.Contains("16 x 24", Assert.Throws<DatasetException>(() => Read(images, 1)).Message, StringComparison.Ordinal);
        }

        using ILabeledImages resized = LabeledImages.Open(_root, input: Pictures.Manifest(8, 8));
        Assert.Equal(8 * 8 * 3, Read(resized, 1).Length);
    }

    [Fact]
    public void Decode_FittedToAnInput_AreThePixelsOfThePreprocessor()
    {
        ModelManifest input = Pictures.Plain(8, 8, resize: 10);
        byte[] png = _encoder.EncodePng(Pictures.Gradient(20, 26), 20, 26);
        using var decoder = new PixelDecoder(input);
        using var preprocessor = new ImagePreprocessor(input);
        byte[] pixels = decoder.Decode(png).Pixels;
        float[] values = preprocessor.Preprocess(png).Values;
        Assert.Equal(values, Enumerable.Range(0, 192).Select(i => pixels[(i % 64 * 3) + (i / 64)] / 255f));
    }

    [Fact]
    public void Open_TrainAndTestFolders_TakesTheSplit()
    {
        Png("train/cat/a.png", Pictures.Noise(4, 4, 1), 4, 4);
        Png("train/cat/b.png", Pictures.Noise(4, 4, 2), 4, 4);
        Png("test/cat/a.png", Pictures.Noise(4, 4, 3), 4, 4);
        using ILabeledImages test = LabeledImages.Open(_root);
        using ILabeledImages train = LabeledImages.Open(_root, DatasetSplit.Train);
        Assert.Equal((1, 2), (test.Count, train.Count));
    }

    [Fact]
    public void CorruptionSet_ImageNetCLayout_OpensASeverity()
    {
        Png("fog/3/n01/a.png", Pictures.Noise(4, 4, 1), 4, 4);
        Png("fog/5/n01/a.png", Pictures.Noise(4, 4, 2), 4, 4);
        Png("gaussian_noise/5/n01/a.png", Pictures.Noise(4, 4, 3), 4, 4);
        ICorruptionSet set = CorruptionSet.Open(_root);
        Assert.Equal(["gaussian_noise", "fog"], set.Corruptions);
        using ILabeledImages fog = set.OpenCorruption("fog");
        Assert.Equal(Pictures.Noise(4, 4, 2), Read(fog, 0));
        Assert.Contains("gaussian_noise", Assert.Throws<DatasetException>(() => CorruptionSet.Open(_root, severity: 3)).Message, StringComparison.Ordinal);
        Assert.Contains("It has", Assert.Throws<DatasetException>(() => set.OpenCorruption("rain")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CorruptionSet_PublishedFile_OpensAFifth()
    {
        NpyFile.Write(Path.Combine(_root, "fog.npy"), NpyArray.Of([.. Enumerable.Range(0, 10 * 12).Select(i => (byte)i)], 10, 2, 2, 3));
        NpyFile.Write(Path.Combine(_root, "labels.npy"), NpyArray.Of(Enumerable.Range(0, 10).Select(i => (long)i).ToArray(), 10));
        using ILabeledImages second = CorruptionSet.Open(_root, severity: 2).OpenCorruption("fog");
        Assert.Equal([2, 3], second.Labels.ToArray());
        Assert.Equal(24, Read(second, 0)[0]);
    }

    [Fact]
    public void CorruptionSet_PlainImages_AreClean()
    {
        Png("cat/a.png", Pictures.Noise(4, 4, 1), 4, 4);
        ICorruptionSet set = CorruptionSet.Open(_root);
        Assert.Equal(["clean"], set.Corruptions);
        using ILabeledImages clean = set.OpenCorruption("clean");
        Assert.Equal(1, clean.Count);
    }

    [SharedDataFact]
    public void Open_SharedDigitsAndCorruptions_AreRecognised()
    {
        using ILabeledImages digits = LabeledImages.Open(SharedData.File("mnist"));
        Assert.Equal(10_000, digits.Count);
        using ILabeledImages fog = LabeledImages.Open(SharedData.File("cifar10c/fog.npy"));
        Assert.Equal(2_000, fog.Count);
        Assert.Equal(16, CorruptionSet.Open(SharedData.File("cifar10c")).Corruptions.Count);
    }

    private static byte[] Read(ILabeledImages images, int index)
    {
        byte[] pixels = new byte[images.Height * images.Width * images.Channels];
        images.Read(index, pixels);
        return pixels;
    }

    private void Png(string name, byte[] pixels, int height = 0, int width = 0)
    {
        (height, width) = height > 0 ? (height, width) : pixels.Length switch { 90 => (6, 5), 48 => (4, 4), _ => (8, 8) };
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, _encoder.EncodePng(pixels, height, width));
    }
}
