namespace EdgeAdapt.Datasets.Tests;

public sealed class NpyFrameReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadPixels_SomeFrames_GivesExactlyThose()
    {
        byte[] pixels = [.. Enumerable.Range(0, 5 * 2 * 3 * 3).Select(i => (byte)i)];
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(pixels, 5, 2, 3, 3));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));
        byte[] two = new byte[2 * 18];
        reader.ReadPixels(2, two);
        Assert.Equal(pixels[36..72], two);
        Assert.Equal(pixels[72..], reader.ReadFrame(4));
        Assert.Equal((5L, 2, 3, 3, 18), (reader.Count, reader.Height, reader.Width, reader.Channels, reader.FrameLength));
    }

    [Fact]
    public void ReadTensor_Pixels_AreNormalizedAndChannelsFirst()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 2 * 2 * 3).Select(i => (byte)(i * 10))];
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(pixels, 2, 2, 2, 3));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));
        var normalization = new Normalization([0.5f, 0.25f, 0f], [0.5f, 2f, 1f]);
        float[] values = reader.ReadTensor(1, 1, normalization).Values;
        for (int c = 0; c < 3; c++)
        {
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(((pixels[12 + (3 * i) + c] / 255f) - normalization.Mean[c]) / normalization.StandardDeviation[c], values[(4 * c) + i]);
            }
        }
    }

    [Fact]
    public void ReadTensor_PreprocessedFloats_AreUsedAsTheyAre()
    {
        float[] values = [.. Enumerable.Range(0, 3 * 3 * 2 * 2).Select(i => i / 7f)];
        values[20] = float.NaN;
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(values, 3, 3, 2, 2));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));
        Assert.False(reader.IsPixels);
        Assert.Equal(values[12..], reader.ReadTensor(1, 2, Normalization.ImageNet).Values);
        Assert.Throws<InvalidOperationException>(() => reader.ReadFrame(0));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, 1)]
    public void ReadTensor_FramesOutsideTheFile_IsMisuse(long first, int count)
    {
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(new byte[3 * 12], 3, 2, 2, 3));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadTensor(first, count, Normalization.ImageNet));
    }

    [Fact]
    public void Open_ArraysThatAreNoImages_AreRefusedWithTheExpectedShape()
    {
        NpyArray[] wrong =
        [
            NpyArray.Of(new byte[12], 2, 2, 3),
            NpyArray.Of(new byte[2 * 3 * 2 * 2], 2, 3, 2, 2),
            NpyArray.Of(Array.Empty<byte>(), 2, 0, 2, 3),
            NpyArray.Of(new float[2 * 2 * 2 * 4], 2, 4, 2, 2),
            NpyArray.Of(new long[12], 1, 2, 2, 3),
        ];
        foreach (NpyArray array in wrong)
        {
            NpyFile.Write(_folder.File("f.npy"), array);
            NpyFormatException e = Assert.Throws<NpyFormatException>(() => NpyFrameReader.Open(_folder.File("f.npy")));
            Assert.Contains("uint8 [N, H, W, C]", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_NoFrame_IsAnEmptyStream()
    {
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(Array.Empty<byte>(), 0, 2, 2, 3));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));
        Assert.Equal(0, reader.Count);
        Assert.Empty(reader.ReadTensor(0, 0, Normalization.ImageNet).Values);
    }

    [Fact]
    public void Open_CutFile_IsRefused()
    {
        byte[] file = NpyFile.ToBytes(NpyArray.Of(new byte[3 * 12], 3, 2, 2, 3));
        Assert.Contains(
            "cut off",
            Assert.Throws<NpyFormatException>(() => NpyFrameReader.Open(_folder.Write("f.npy", file[..^1]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFrame_FileThatShrinksMeanwhile_SaysSo()
    {
        NpyFile.Write(_folder.File("f.npy"), NpyArray.Of(new byte[3 * 12], 3, 2, 2, 3));
        using NpyFrameReader reader = NpyFrameReader.Open(_folder.File("f.npy"));

        // Shared writing takes no lock: this stands for another program, which .NET's locks do not stop.
        using (var file = new FileStream(_folder.File("f.npy"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length - 20);
        }

        Assert.Equal(12, reader.ReadFrame(0).Length);
        Assert.Contains("shorter", Assert.Throws<NpyFormatException>(() => reader.ReadFrame(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileOfPublishedSize_ReadsItsLastFrameWithoutReadingTheRest()
    {
        // 50,000 frames, as CIFAR-10-C's files have: a sparse file, of which only what is asked for is read.
        byte[] header = NpyHeader.ToBytes(NpyElementType.UInt8, [50_000, 32, 32, 3]);
        string path = _folder.Write("big.npy", header);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(header.Length + (50_000L * 3072));
            file.Position = header.Length + (49_999L * 3072);
            file.WriteByte(200);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using NpyFrameReader reader = NpyFrameReader.Open(path);
        Assert.Equal(200, reader.ReadFrame(49_999)[0]);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }
}
