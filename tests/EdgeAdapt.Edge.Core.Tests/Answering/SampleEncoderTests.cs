using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

public sealed class SampleEncoderTests : IDisposable
{
    private const int Side = 64;
    private static readonly byte[] Pixels = Picture();
    private readonly ImageEncoder _png = new();
    private readonly PixelDecoder _decoder = new();
    private readonly SampleEncoder _encoder;

    public SampleEncoderTests() => _encoder = new SampleEncoder(_png);

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        _png.Dispose();
    }

    [Theory]
    [InlineData(SampleFormat.Original, ContentTypes.Png)]
    [InlineData(SampleFormat.Png, ContentTypes.Png)]
    [InlineData(SampleFormat.Jpeg, ContentTypes.Jpeg)]
    [InlineData(SampleFormat.Raw, ContentTypes.NpyFrame)]
    public void Encode_Pixels_HaveTheFormAskedFor(SampleFormat format, string expected)
    {
        (string type, ReadOnlyMemory<byte> content) = _encoder.Encode(new Frame { Name = "p", Bytes = Pixels, Height = Side, Width = Side }, format, 90);
        Assert.Equal(expected, type);
        if (format is SampleFormat.Png or SampleFormat.Original)
        {
            Assert.Equal(Pixels, _decoder.Decode(content).Pixels);
        }
    }

    [Fact]
    public void Encode_PixelsByDefault_AreTheSmallestForm()
    {
        var frame = new Frame { Name = "p", Bytes = Pixels, Height = Side, Width = Side };
        var options = new UploadOptions();
        int[] others = [.. new[] { SampleFormat.Png, SampleFormat.Raw, SampleFormat.Jpeg }.Select(f => _encoder.Encode(frame, f, options.Quality).Content.Length)];
        Assert.Equal(others.Min(), _encoder.Encode(frame, options.Format, options.Quality).Content.Length);
        Assert.True(others[2] < others[0] / 2, $"{others[2]} {others[0]}");
    }

    [Fact]
    public void Encode_PixelsAsOriginal_AreTheSmallerLosslessForm()
    {
        byte[] noise = new byte[Side * Side * 3];
        new Random(3).NextBytes(noise);
        Assert.Equal(ContentTypes.NpyFrame, _encoder.Encode(new Frame { Name = "n", Bytes = noise, Height = Side, Width = Side }, SampleFormat.Original, 90).ContentType);
    }

    [Theory]
    [InlineData(SampleFormat.Auto)]
    [InlineData(SampleFormat.Original)]
    public void Encode_File_PassesAsItIs(SampleFormat format)
    {
        byte[] jpeg = ImageEncoder.EncodeJpeg(Pixels, Side, Side, 98);
        (string type, ReadOnlyMemory<byte> content) = _encoder.Encode(new Frame { Name = "a.jpg", Bytes = jpeg }, format, 20);
        Assert.Equal(ContentTypes.Jpeg, type);
        Assert.True(content.Span.SequenceEqual(jpeg));
    }

    [Fact]
    public void Encode_JpegFileAsJpeg_IsNeverLarger()
    {
        byte[] small = ImageEncoder.EncodeJpeg(Pixels, Side, Side, 30), large = ImageEncoder.EncodeJpeg(Pixels, Side, Side, 98);
        Assert.True(_encoder.Encode(new Frame { Name = "a.jpg", Bytes = small }, SampleFormat.Jpeg, 80).Content.Span.SequenceEqual(small));
        (string type, ReadOnlyMemory<byte> content) = _encoder.Encode(new Frame { Name = "a.jpg", Bytes = large }, SampleFormat.Jpeg, 80);
        Assert.Equal(ContentTypes.Jpeg, type);
        Assert.InRange(content.Length, 1, large.Length - 1);
    }

    [Fact]
    public void Encode_FilesInOtherForms_AreDecodedFirst()
    {
        byte[] png = _png.EncodePng(Pixels, Side, Side);
        var file = new Frame { Name = "a.png", Bytes = png };
        Assert.True(_encoder.Encode(file, SampleFormat.Png, 90).Content.Span.SequenceEqual(png));
        Assert.Equal(ContentTypes.Jpeg, _encoder.Encode(file, SampleFormat.Jpeg, 90).ContentType);
        (string type, ReadOnlyMemory<byte> raw) = _encoder.Encode(file, SampleFormat.Raw, 90);
        Assert.Equal(ContentTypes.NpyFrame, type);
        Assert.True(raw.Span[^Pixels.Length..].SequenceEqual(Pixels));
    }

    [Theory]
    [InlineData((SampleFormat)9, 90)]
    [InlineData(SampleFormat.Jpeg, 0)]
    [InlineData(SampleFormat.Jpeg, 101)]
    public void Faults_FormatOrQualityUnknown_NameTheSetting(SampleFormat format, int quality) =>
        Assert.Contains("--upload-", Assert.Single(new UploadOptions { Format = format, Quality = quality }.Faults()), StringComparison.Ordinal);

    /// <summary>A smooth picture with some noise, as a camera gives it.</summary>
    private static byte[] Picture()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Side * Side * 3).Select(i => (byte)(128 + (90 * Math.Sin(i / 3 % Side / 9.0) * Math.Cos(i / (3 * Side) / 13.0)) + random.Next(4)))];
    }
}
