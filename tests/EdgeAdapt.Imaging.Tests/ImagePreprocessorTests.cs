using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging.Tests;

public sealed class ImagePreprocessorTests : IDisposable
{
    private readonly ImageEncoder _encoder = new();

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void Preprocess_PngOfTheInputSize_EqualsNormalizedPixelsExactly()
    {
        byte[] pixels = Pictures.Noise(32, 32, seed: 1);
        using var preprocessor = new ImagePreprocessor(Pictures.Manifest(32, 32));
        PreprocessedImage image = preprocessor.Preprocess(_encoder.EncodePng(pixels, 32, 32));
        Assert.Equal(ImageStatus.Ready, image.Status);
        Assert.Equal(Frames.ToTensor(pixels, 1, 32, 32, 3, Normalization.ImageNet).Values, image.Values);
    }

    [Fact]
    public void Preprocess_NpyFrame_EqualsPngOfTheSamePixels()
    {
        byte[] pixels = Pictures.Noise(50, 41, seed: 2);
        using var preprocessor = new ImagePreprocessor(Pictures.Manifest(32, 32, 36));
        PreprocessedImage png = preprocessor.Preprocess(_encoder.EncodePng(pixels, 50, 41));
        PreprocessedImage npy = preprocessor.Preprocess(NpyFile.ToBytes(NpyArray.Of(pixels, 50, 41, 3)));
        Assert.True(npy.IsReady);
        Assert.Equal(png.Values, npy.Values);
        Assert.Equal(png.Values, preprocessor.PreprocessPixels(pixels, 50, 41, 3));
    }

    [Fact]
    public void Preprocess_JpegOfAGradient_KeepsChannelsAndDirection()
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(32, 32));
        PreprocessedImage image = preprocessor.Preprocess(_encoder.EncodeJpeg(Pictures.Gradient(64, 64), 64, 64));
        Assert.True(image.IsReady, image.Fault);
        float At(int c, int y, int x) => image.Values[(((c * 32) + y) * 32) + x];
        Assert.InRange(At(0, 16, 1), 0, 0.1);
        Assert.InRange(At(0, 16, 30), 0.9, 1);
        Assert.InRange(At(1, 1, 16), 0, 0.1);
        Assert.InRange(At(1, 30, 16), 0.9, 1);
        Assert.InRange(At(2, 16, 16), 0.1, 0.22);
    }

    [Theory]
    [InlineData(64, 32)]
    [InlineData(32, 64)]
    [InlineData(33, 32)]
    [InlineData(35, 32)]
    public void PreprocessPixels_ShorterSideFits_CutsOutTheCentreExactly(int height, int width)
    {
        byte[] pixels = Pictures.Noise(height, width, seed: 7);
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(32, 32));
        float[] values = preprocessor.PreprocessPixels(pixels, height, width, 3);
        int top = (height - 32) / 2;
        int left = (width - 32) / 2;
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                Assert.Equal(pixels[((((y + top) * width) + x + left) * 3) + 1] / 255f, values[1024 + (y * 32) + x]);
            }
        }
    }

    [Fact]
    public void PreprocessPixels_Halved_AveragesAsAnAntialiasedLinearFilter()
    {
        // Half-pixel centres and a triangle of twice the width: weights 1-3-3-1 over 8 in each direction, at the edges renormalized.
        byte[] pixels = Pictures.Noise(16, 16, seed: 8);
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(8, 8));
        float[] values = preprocessor.PreprocessPixels(pixels, 16, 16, 3);
        for (int y = 1; y < 7; y++)
        {
            for (int x = 1; x < 7; x++)
            {
                double sum = 0;
                for (int i = 0; i < 16; i++)
                {
                    (int dy, int dx) = (i / 4, i % 4);
                    double weight = (dy is 1 or 2 ? 3 : 1) * (dx is 1 or 2 ? 3 : 1) / 64.0;
                    sum += weight * pixels[((((2 * y) - 1 + dy) * 16) + (2 * x) - 1 + dx) * 3];
                }

                // Rows and columns are rounded to whole levels one after the other.
                Assert.InRange(values[(y * 8) + x] * 255, sum - 1.01, sum + 1.01);
            }
        }
    }

    [Fact]
    public void PreprocessPixels_WithoutCrop_KeepsTheWholePicture()
    {
        byte[] pixels = Pictures.Gradient(20, 60);
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(32, 32, crop: ImageCrop.None));
        float[] values = preprocessor.PreprocessPixels(pixels, 20, 60, 3);
        Assert.InRange(values[0], 0, 0.05);
        Assert.InRange(values[31], 0.95, 1);
        Assert.InRange(values[1024 + (31 * 32)], 0.9, 1);
    }

    [Fact]
    public void PreprocessPixels_Grey_GivesThreeEqualPlanes()
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(2, 2));
        float[] values = preprocessor.PreprocessPixels(new byte[] { 0, 51, 102, 255 }, 2, 2, 1);
        Assert.Equal([0, 0.2f, 0.4f, 1, 0, 0.2f, 0.4f, 1, 0, 0.2f, 0.4f, 1], values);
    }

    [Theory]
    [InlineData(2, 2, 4, 16)]
    [InlineData(2, 2, 3, 11)]
    [InlineData(0, 2, 3, 0)]
    public void PreprocessPixels_WrongSizes_IsMisuse(int height, int width, int channels, int length)
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(2, 2));
        Assert.ThrowsAny<ArgumentException>(() => preprocessor.PreprocessPixels(new byte[length], height, width, channels));
    }

    [Theory]
    [InlineData("", ImageStatus.Empty, "Check the camera")]
    [InlineData("GIF89a............", ImageStatus.UnknownFormat, "GIF is not read")]
    [InlineData("BM..............", ImageStatus.UnknownFormat, "BMP is not read")]
    [InlineData("RIFF....WEBPVP8 ", ImageStatus.UnknownFormat, "WebP is not read")]
    [InlineData("....ftypheic....", ImageStatus.UnknownFormat, "HEIF")]
    [InlineData("x", ImageStatus.UnknownFormat, "starts with 78")]
    public void Preprocess_NoImageThatIsRead_SaysWhatToSend(string text, ImageStatus status, string expected)
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(4, 4));
        PreprocessedImage image = preprocessor.Preprocess(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(status, image.Status);
        Assert.Contains(expected, image.Fault, StringComparison.Ordinal);
        Assert.False(image.IsReady);
    }

    [Fact]
    public void Preprocess_NpyThatIsNoFrame_IsCorrupt()
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(4, 4));
        byte[] batch = NpyFile.ToBytes(NpyArray.Of(new byte[48], 1, 4, 4, 3));
        byte[] floats = NpyFile.ToBytes(NpyArray.Of(new float[48], 4, 4, 3));
        byte[] empty = NpyFile.ToBytes(NpyArray.Of(Array.Empty<byte>(), 0, 4, 3));
        Assert.All(new[] { batch, floats, empty, batch[..40] }, b => Assert.Equal(ImageStatus.Corrupt, preprocessor.Preprocess(b).Status));
    }

    [Fact]
    public void PreprocessFrame_MoreMemoryThanThereIs_SaysSoAndGoesOn()
    {
        // Resized, 2^48 pixels: more than any machine's addresses reach.
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(4, 4, resize: 1 << 24), new ImageLimits { MaximumPixels = long.MaxValue });
        byte[] pixels = Pictures.Noise(4, 4, seed: 3);
        PreprocessedImage frame = preprocessor.PreprocessFrame(pixels, 4, 4, 3);
        Assert.Equal((ImageStatus.TooLarge, 0), (frame.Status, frame.Values.Length));
        Assert.Contains("4 x 4", frame.Fault, StringComparison.Ordinal);
        Assert.Equal(ImageStatus.TooLarge, preprocessor.Preprocess(NpyFile.ToBytes(NpyArray.Of(pixels, 4, 4, 3))).Status);
    }

    [Fact]
    public void PreprocessFrame_Pixels_EqualsPreprocessPixels()
    {
        byte[] pixels = Pictures.Noise(20, 17, seed: 4);
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(8, 8));
        PreprocessedImage frame = preprocessor.PreprocessFrame(pixels, 20, 17, 3);
        Assert.True(frame.IsReady);
        Assert.Equal(preprocessor.PreprocessPixels(pixels, 20, 17, 3), frame.Values);
        Assert.Equal(ImageStatus.TooLarge, preprocessor.PreprocessFrame(new byte[60_000_000], 1, 20_000_000, 3).Status);
    }

    [Fact]
    public async Task Preprocess_FromSeveralThreads_GivesTheSameAnswers()
    {
        byte[][] images = [.. Enumerable.Range(0, 8).Select(i => _encoder.EncodeJpeg(Pictures.Noise(40, 40, i), 40, 40))];
        using var preprocessor = new ImagePreprocessor(Pictures.Manifest(32, 32));
        float[][] expected = [.. images.Select(i => preprocessor.Preprocess(i).Values)];
        await Parallel.ForAsync(0, 200, (i, _) =>
        {
            Assert.Equal(expected[i % 8], preprocessor.Preprocess(images[i % 8]).Values);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Create_ManifestThatContradictsItself_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Pictures.Plain(32, 32, resize: 31)));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Pictures.Plain(0, 32)));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Pictures.Plain(8, 8) with { Normalization = new Normalization([0], [1]) }));
    }

    [Fact]
    public void Encode_WrongSizes_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => _encoder.EncodePng(new byte[11], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.EncodeJpeg(Array.Empty<byte>(), 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.EncodeJpeg(Array.Empty<byte>(), 1, ImageEncoder.MaximumSide + 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Limits_BelowOnePixel_IsMisuse(long pixels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumPixels = pixels });
}
