using System.Formats.Tar;
using System.IO.Compression;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>
/// The native JPEG decoder ends the process on a fatal fault and never returns from a truncated file, so every test here
/// that hands it damaged bytes would take the test run with it if the check before it let them through.
/// </summary>
public sealed class JpegTests : IDisposable
{
    private const int Sof0 = 0xC0;
    private const int Dht = 0xC4;
    private const int Sos = 0xDA;
    private const int Dqt = 0xDB;
    private readonly ImagePreprocessor _preprocessor = new(Pictures.Plain(32, 32));
    private readonly byte[] _jpeg;

    public JpegTests()
    {
        using var encoder = new ImageEncoder();
        _jpeg = encoder.EncodeJpeg(Pictures.Gradient(40, 48), 40, 48);
    }

    public void Dispose() => _preprocessor.Dispose();

    [Fact]
    public void Preprocess_JpegCutAnywhere_IsTruncated()
    {
        for (int length = 3; length < _jpeg.Length; length++)
        {
            Assert.Equal(ImageStatus.Truncated, Status(_jpeg[..length]));
        }
    }

    [Fact]
    public void Preprocess_JpegWithTextBehindItsEnd_IsReady() => Assert.Equal(ImageStatus.Ready, Status([.. _jpeg, .. "trailer"u8]));

    [Fact]
    public void Preprocess_JpegWithoutPicture_IsCorrupt() => Assert.Equal(ImageStatus.Corrupt, Status([0xFF, 0xD8, 0xFF, 0xD9]));

    [Theory]
    [InlineData(0x00, 12, ImageStatus.Unsupported)] // bits a sample
    [InlineData(0x01, 0, ImageStatus.Corrupt)] // height 0 (the lower byte follows)
    [InlineData(0x05, 4, ImageStatus.Corrupt)] // components that do not fit the length
    [InlineData(0x07, 0x00, ImageStatus.Corrupt)] // sampling factor 0
    [InlineData(0x07, 0x31, ImageStatus.Ready)] // 3 : 1 : 1 is a whole rate
    [InlineData(0x0A, 0x21, ImageStatus.Ready)]
    [InlineData(0x08, 0x03, ImageStatus.Corrupt)] // quantization table that was not defined
    public void Preprocess_FrameHeaderChanged_IsRefusedOrDecoded(int offset, byte value, ImageStatus expected)
    {
        byte[] jpeg = [.. _jpeg];
        int frame = Segment(jpeg, Sof0);
        jpeg[frame + offset] = value;
        if (offset == 1)
        {
            jpeg[frame + 2] = 0;
        }

        Assert.Equal(expected, Status(jpeg));
    }

    [Fact]
    public void Preprocess_FractionalSampling_IsUnsupported()
    {
        byte[] jpeg = [.. _jpeg];
        jpeg[Segment(jpeg, Sof0) + 7] = 0x31;
        jpeg[Segment(jpeg, Sof0) + 10] = 0x21;
        Assert.Equal(ImageStatus.Unsupported, Status(jpeg));
    }

    [Fact]
    public void Preprocess_GiganticJpeg_IsTooLarge()
    {
        byte[] jpeg = [.. _jpeg];
        jpeg.AsSpan(Segment(jpeg, Sof0) + 1, 4).Fill(0xF0);
        Assert.Equal(ImageStatus.TooLarge, Status(jpeg));
    }

    [Fact]
    public void Preprocess_FourComponents_IsUnsupported()
    {
        byte[] jpeg = [.. _jpeg];
        int at = Segment(jpeg, Sof0);
        byte[] cmyk = [.. jpeg[..(at - 2)], 0, 20, .. jpeg[at..(at + 5)], 4, .. jpeg[(at + 6)..(at + 15)], 9, 0x11, 1, .. jpeg[(at + 15)..]];
        Assert.Equal(ImageStatus.Unsupported, Status(cmyk));
    }

    [Theory]
    [InlineData(0xC3)] // lossless
    [InlineData(0xC9)] // arithmetic coding
    [InlineData(0xCC)] // arithmetic conditioning
    [InlineData(0xF8)] // JPEG-LS
    public void Preprocess_OtherCodingProcess_IsUnsupported(byte marker)
    {
        byte[] jpeg = [.. _jpeg];
        jpeg[Segment(jpeg, Sof0) - 3] = marker;
        Assert.Equal(ImageStatus.Unsupported, Status(jpeg));
    }

    [Fact]
    public void Preprocess_HuffmanTableOfTooManyShortCodes_IsCorrupt()
    {
        byte[] jpeg = [.. _jpeg];
        int table = Segment(jpeg, Dht);
        jpeg[table + 1] = 3;
        Assert.Equal(ImageStatus.Corrupt, Status(jpeg));
    }

    [Fact]
    public void Preprocess_QuantizationTableInNoSlot_IsCorrupt()
    {
        byte[] jpeg = [.. _jpeg];
        jpeg[Segment(jpeg, Dqt)] = 0x07;
        Assert.Equal(ImageStatus.Corrupt, Status(jpeg));
    }

    [Fact]
    public void Preprocess_ScanOfAnUnknownComponent_IsCorrupt()
    {
        byte[] jpeg = [.. _jpeg];
        jpeg[Segment(jpeg, Sos) + 1] = 77;
        Assert.Equal(ImageStatus.Corrupt, Status(jpeg));
    }

    [Fact]
    public void Preprocess_JpegOfOneComponent_GivesThreeEqualChannels()
    {
        PreprocessedImage image = _preprocessor.Preprocess(GreyJpeg.Bytes);
        Assert.True(image.IsReady, image.Fault);
        Assert.Equal(image.Values[..1024], image.Values[1024..2048]);
        Assert.Equal(image.Values[..1024], image.Values[2048..]);
        Assert.All(image.Values, v => Assert.InRange(v, 0.49f, 0.51f));
    }

    [Fact]
    public void Preprocess_ProgressiveJpegWithRestarts_IsTheSamePicture()
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(16, 16));
        PreprocessedImage image = preprocessor.Preprocess(ProgressiveJpeg.Bytes);
        Assert.True(image.IsReady, image.Fault);
        byte[] expected = Pictures.Gradient(16, 16);
        double difference = Enumerable.Range(0, 256).Average(i => Math.Abs((image.Values[i] * 255) - expected[3 * i]));
        Assert.True(difference < 12, $"red differs by {difference} levels in the mean");
    }

    [Fact]
    public void Preprocess_ThousandsOfDamagedJpegs_AlwaysReturns()
    {
        var random = new Random(5);
        int refused = 0;
        int decoded = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] jpeg = [.. i % 4 == 0 ? ProgressiveJpeg.Bytes : _jpeg];
            int changes = 1 + random.Next(4);
            for (int c = 0; c < changes; c++)
            {
                // Half of the damage goes into the markers, where the dangerous faults are.
                jpeg[random.Next(2) == 0 ? 2 + random.Next(500) : random.Next(3, jpeg.Length)] = (byte)random.Next(256);
            }

            PreprocessedImage image = _preprocessor.Preprocess(jpeg);
            _ = image.IsReady ? decoded++ : refused++;
            Assert.Equal(image.IsReady, image.Values.Length == 3 * 32 * 32);
        }

        Assert.InRange(decoded, 500, 3500);
        Assert.InRange(refused, 500, 3500);
    }

    [SharedDataFact]
    public void Preprocess_PhotographsFromAnotherEncoder_AreAllReadyAndNotFlat()
    {
        int count = 0;
        using var stream = new GZipStream(File.OpenRead(SharedData.File("cifar10-jpeg.tar.gz")), CompressionMode.Decompress);
        using var tar = new TarReader(stream);
        while (count < 500 && tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is { } data && entry.Name.EndsWith(".jpg", StringComparison.Ordinal))
            {
                using var bytes = new MemoryStream();
                data.CopyTo(bytes);
                PreprocessedImage image = _preprocessor.Preprocess(bytes.ToArray());
                Assert.True(image.IsReady, $"{entry.Name}: {image.Fault}");
                Assert.True(image.Values.Max() - image.Values.Min() > 0.1, entry.Name);
                count++;
            }
        }

        Assert.Equal(500, count);
    }

    private ImageStatus Status(byte[] jpeg) => _preprocessor.Preprocess(jpeg).Status;

    /// <summary>Where the contents of the first segment with that marker start.</summary>
    private static int Segment(byte[] jpeg, int marker)
    {
        int position = 2;
        while (jpeg[position + 1] != marker)
        {
            position += 2 + (jpeg[position + 2] << 8) + jpeg[position + 3];
        }

        return position + 4;
    }
}
