using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeAdapt.Datasets.Tests;

public sealed class LabeledImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_PlainOrGzip_ReadsPixelsAndLabels(bool gzip)
    {
        string end = gzip ? ".gz" : string.Empty;
        byte[] pixels = [.. Enumerable.Range(0, 3 * 2 * 4).Select(i => (byte)i)];
        string images = Write("t10k-images-idx3-ubyte" + end, Idx([3, 2, 4], pixels), gzip);
        Write("t10k-labels-idx1-ubyte" + end, Idx([3], [2, 0, 1]), gzip);
        using IdxImages set = IdxImages.Open(images);
        Assert.Equal((3, 2, 4, 1), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal([2, 0, 1], set.Labels.ToArray());
        Assert.Equal(["0", "1", "2"], set.ClassNames);
        Assert.Equal(pixels[8..16], Read(set, 1));
    }

    [Fact]
    public void Idx_CutOffFile_SaysSo()
    {
        Write("a-labels-idx1-ubyte", Idx([2], [0, 1]), false);
        string images = Write("a-images-idx3-ubyte", Idx([2, 2, 2], new byte[8])[..^3], false);
        Assert.Contains("cut off", Assert.Throws<DatasetException>(() => IdxImages.Open(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_CutOffGzip_SaysSo()
    {
        Write("a-labels-idx1-ubyte.gz", Idx([200], new byte[200]), true);
        string images = Write("a-images-idx3-ubyte.gz", Idx([200, 9, 9], Noise(200 * 81)), true);
        File.WriteAllBytes(images, File.ReadAllBytes(images)[..2000]);
        Assert.Contains("again", Assert.Throws<DatasetException>(() => IdxImages.Open(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_OtherNumberOfLabels_IsRefused()
    {
        string images = Write("a-images-idx3-ubyte", Idx([2, 2, 2], new byte[8]), false);
        Assert.Contains("labels file", Assert.Throws<DatasetException>(() => IdxImages.Open(images)).Message, StringComparison.Ordinal);
        Write("a-labels-idx1-ubyte", Idx([3], [0, 1, 2]), false);
        Assert.Contains("has 2 images", Assert.Throws<DatasetException>(() => IdxImages.Open(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_NoIdxFile_NamesTheRemedy()
    {
        Write("a-labels-idx1-ubyte", Idx([1], [0]), false);
        string images = _folder.Write("a-images-idx3-ubyte", [1, 2, 3, 4, 5]);
        Assert.Contains("no IDX file", Assert.Throws<DatasetException>(() => IdxImages.Open(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar10_TwoFiles_AreOneSetWithChannelsLast()
    {
        string first = _folder.Write("data_batch_1.bin", [.. Record([3], 10), .. Record([7], 20)]);
        string second = _folder.Write("data_batch_2.bin", Record([9], 30));
        _folder.Write("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"u8.ToArray());
        using CifarImages set = CifarImages.Open(first, second);
        Assert.Equal([3, 7, 9], set.Labels.ToArray());
        Assert.Equal("d", set.ClassNames[3]);
        byte[] last = Read(set, 2);
        Assert.Equal(30, last[0]);
        Assert.Equal(31, last[1]);
        Assert.Equal(32, last[^1]);
        Assert.Equal(20, Read(set, 1)[0]);
    }

    [Fact]
    public void Cifar100_Records_HaveTheFineLabel()
    {
        using CifarImages set = CifarImages.Open(_folder.Write("test.bin", Record([4, 77], 1)));
        Assert.Equal([77], set.Labels.ToArray());
        Assert.Equal(100, set.ClassNames.Count);
    }

    [Fact]
    public void Cifar10_LabelOutOfRange_NamesItsPlace()
    {
        string file = _folder.Write("test_batch.bin", [.. Record([3], 10), .. Record([10], 20)]);
        Assert.Contains("Label 1 ", Assert.Throws<DatasetException>(() => CifarImages.Open(file)).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 9", Assert.Throws<DatasetException>(() => CifarImages.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar_CutOffFile_SaysSo()
    {
        string file = _folder.Write("test_batch.bin", Record([3], 10)[..^1]);
        Assert.Contains("cut off", Assert.Throws<DatasetException>(() => CifarImages.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_ImagesAndLabels_AreRead()
    {
        NpyFile.Write(_folder.File("images.npy"), NpyArray.Of([.. Enumerable.Range(0, 24).Select(i => (byte)i)], 2, 2, 2, 3));
        Assert.Contains("labels.npy", Assert.Throws<DatasetException>(() => NpyImages.Open(_folder.File("images.npy"))).Message, StringComparison.Ordinal);
        NpyFile.Write(_folder.File("labels.npy"), NpyArray.Of(new long[] { 1, 0 }, 2));
        using NpyImages set = NpyImages.Open(_folder.File("images.npy"));
        Assert.Equal([1, 0], set.Labels.ToArray());
        Assert.Equal([.. Enumerable.Range(12, 12).Select(i => (byte)i)], Read(set, 1));
        using var range = new ImageRange(NpyImages.Open(_folder.File("images.npy")), 1, 1);
        Assert.Equal([0], range.Labels.ToArray());
        Assert.Equal(Read(set, 1), Read(range, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(range, 1));
    }

    [Fact]
    public void Npy_OtherNumberOfLabels_IsRefused()
    {
        NpyFile.Write(_folder.File("images.npy"), NpyArray.Of(new byte[24], 2, 2, 2, 3));
        NpyFile.Write(_folder.File("labels.npy"), NpyArray.Of(new long[3], 3));
        Assert.Contains("3 labels", Assert.Throws<DatasetException>(() => NpyImages.Open(_folder.File("images.npy"))).Message, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Idx_SharedDigits_AreTenThousandOfTenClasses()
    {
        using IdxImages set = IdxImages.Open(SharedData.File("mnist/t10k-images-idx3-ubyte.gz"));
        Assert.Equal((10_000, 28, 28, 1), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal(10, set.ClassNames.Count);
        Assert.InRange(Enumerable.Range(0, 100).Average(i => Read(set, i).Average(v => v)), 20, 50);
    }

    private static byte[] Read(ILabeledImages set, int index)
    {
        byte[] pixels = new byte[set.Height * set.Width * set.Channels];
        set.Read(index, pixels);
        return pixels;
    }

    private static byte[] Idx(int[] shape, byte[] values)
    {
        byte[] header = new byte[4 + (4 * shape.Length)];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (int i = 0; i < shape.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), shape[i]);
        }

        return [.. header, .. values];
    }

    private static byte[] Record(byte[] labels, byte red) =>
        [.. labels, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat((byte)(red + 1), 1024), .. Enumerable.Repeat((byte)(red + 2), 1024)];

    private static byte[] Noise(int count)
    {
        byte[] bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private string Write(string name, byte[] bytes, bool gzip)
    {
        if (!gzip)
        {
            return _folder.Write(name, bytes);
        }

        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return _folder.Write(name, packed.ToArray());
    }
}
