namespace EdgeAdapt.Datasets.Tests;

public sealed class CorruptionFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_MixedNames_OrdersStandardThenOthersThenClean()
    {
        foreach (string name in new[] { "clean", "zebra", "fog", "gaussian_noise", "apple", "jpeg_compression", "Apple" })
        {
            Images(name, 4);
        }

        Labels(NpyArray.Of(new long[] { 0, 1, 2, 1 }, 4));
        CorruptionFolder folder = CorruptionFolder.Open(_folder.Path);
        Assert.Equal(["gaussian_noise", "fog", "jpeg_compression", "Apple", "apple", "zebra", "clean"], folder.Corruptions);
        Assert.Equal([0, 1, 2, 1], folder.Labels);
        Assert.Equal((4, 2, 3, 3), (folder.Count, folder.Height, folder.Width, folder.Channels));
    }

    [Fact]
    public void Images_OfACorruption_AreThoseOfItsFile()
    {
        Images("fog", 3, fill: 9);
        Images("snow", 3, fill: 5);
        Labels(NpyArray.Of(new byte[3], 3));
        using NpyFrameReader snow = CorruptionFolder.Open(_folder.Path).Images("snow");
        Assert.All(snow.ReadFrame(2), v => Assert.Equal(5, v));
    }

    [Fact]
    public void Open_LabelsOfEveryIntegerType_AreRead()
    {
        Images("fog", 2);
        foreach (NpyArray labels in new[] { NpyArray.Of(new byte[] { 3, 4 }, 2), NpyArray.Of(new[] { 3, 4 }, 2), NpyArray.Of(new long[] { 3, 4 }, 2) })
        {
            Labels(labels);
            Assert.Equal([3, 4], CorruptionFolder.Open(_folder.Path).Labels);
        }
    }

    [Fact]
    public void Open_SeveralFaults_ListsAllOfThem()
    {
        Images("fog", 3);
        Images("snow", 2);
        NpyFile.Write(_folder.File("other.npy"), NpyArray.Of(new byte[3 * 5 * 5 * 3], 3, 5, 5, 3));
        _folder.Write("broken.npy", [1, 2, 3]);
        Labels(NpyArray.Of(new long[3], 3));
        DatasetException e = Assert.Throws<DatasetException>(() => CorruptionFolder.Open(_folder.Path));
        Assert.Contains("snow.npy' has 2 images, but labels.npy has 3", e.Message, StringComparison.Ordinal);
        Assert.Contains("other.npy' has images of 5 x 5 x 3", e.Message, StringComparison.Ordinal);
        Assert.Contains("broken.npy' is not a NumPy file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NegativeLabel_NamesItsPlace()
    {
        Images("fog", 2);
        Labels(NpyArray.Of(new long[] { 0, -1 }, 2));
        Assert.Contains("Label 1", Assert.Throws<DatasetException>(() => CorruptionFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LabelsOfFloats_NamesTheRemedy()
    {
        Images("fog", 2);
        Labels(NpyArray.Of(new double[2], 2));
        Assert.Contains("astype(numpy.int64)", Assert.Throws<NpyFormatException>(() => CorruptionFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PreprocessedFloats_IsRefused()
    {
        NpyFile.Write(_folder.File("fog.npy"), NpyArray.Of(new float[2 * 3 * 4], 2, 3, 2, 2));
        Labels(NpyArray.Of(new long[2], 2));
        Assert.Contains("uint8", Assert.Throws<DatasetException>(() => CorruptionFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyOrAbsentFolder_NamesTheRemedy()
    {
        Assert.Contains("labels.npy", Assert.Throws<DatasetException>(() => CorruptionFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", Assert.Throws<DatasetException>(() => CorruptionFolder.Open(_folder.File("absent"))).Message, StringComparison.Ordinal);
        Images("fog", 1);
        Assert.Contains("labels.npy", Assert.Throws<NpyFormatException>(() => CorruptionFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_UnknownCorruption_ListsThePresentOnes()
    {
        Images("fog", 1);
        Labels(NpyArray.Of(new long[1], 1));
        CorruptionFolder folder = CorruptionFolder.Open(_folder.Path);
        Assert.Contains("It has: fog", Assert.Throws<DatasetException>(() => folder.Images("rain")).Message, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Open_SharedCorruptions_AreTheFifteenAndClean()
    {
        CorruptionFolder folder = CorruptionFolder.Open(SharedData.File("cifar10c"));
        Assert.Equal([.. CorruptionFolder.StandardOrder, "clean"], folder.Corruptions);
        Assert.Equal((2000, 32, 32, 3), (folder.Count, folder.Height, folder.Width, folder.Channels));
        Assert.Equal(9, folder.Labels.Max());
    }

    private void Images(string name, int count, byte fill = 0) =>
        NpyFile.Write(_folder.File(name + ".npy"), NpyArray.Of([.. Enumerable.Repeat(fill, count * 18)], count, 2, 3, 3));

    private void Labels(NpyArray labels) => NpyFile.Write(_folder.File("labels.npy"), labels);
}
