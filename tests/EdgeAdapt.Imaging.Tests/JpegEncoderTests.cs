using System.Text.Json;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>The encoder against libjpeg: its files are decoded by the native decoder, libjpeg's own are those that tests/goldens/jpeg/generate.py took of Pillow.</summary>
public sealed class JpegEncoderTests : IDisposable
{
    private readonly PixelDecoder _decoder = new();

    public void Dispose() => _decoder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(17, 16)]
    [InlineData(16, 33)]
    [InlineData(100, 75)]
    public void EncodeJpeg_AnySize_DecodesToThatSize(int height, int width)
    {
        DecodedImage image = _decoder.Decode(ImageEncoder.EncodeJpeg(Pictures.Gradient(height, width), height, width, 90));
        Assert.Equal((ImageStatus.Ready, height, width), (image.Status, image.Height, image.Width));
        Assert.True(SignalToNoise(Pictures.Gradient(height, width), image.Pixels) > 30);
    }

    [Fact]
    public void EncodeJpeg_GoldenPictures_AreAsSmallAndAsGoodAsLibjpegs()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Checkout.Path("tests/goldens/jpeg/pictures.json")));
        foreach (JsonElement picture in golden.RootElement.EnumerateArray())
        {
            (int height, int width) = (picture.GetProperty("height").GetInt32(), picture.GetProperty("width").GetInt32());
            byte[] pixels = picture.GetProperty("pixels").GetBytesFromBase64();
            foreach (JsonElement file in picture.GetProperty("files").EnumerateArray())
            {
                byte[] jpeg = ImageEncoder.EncodeJpeg(pixels, height, width, file.GetProperty("quality").GetInt32());
                DecodedImage image = _decoder.Decode(jpeg);

                // Libjpeg pads odd sizes otherwise and rounds otherwise here and there; one decoder measures the losses of both.
                Assert.InRange(jpeg.Length, 0.94 * file.GetProperty("bytes").GetInt32(), 1.04 * file.GetProperty("bytes").GetInt32());
                Assert.Equal(SignalToNoise(pixels, _decoder.Decode(file.GetProperty("jpeg").GetBytesFromBase64()).Pixels), SignalToNoise(pixels, image.Pixels), 0.1);
            }
        }
    }

    [Fact]
    public void EncodeJpeg_NoiseAtEachQuality_DecodesAndGrowsWithQuality()
    {
        byte[] noise = Pictures.Noise(24, 40, 5);
        int before = 0;
        for (int quality = 1; quality <= 100; quality++)
        {
            byte[] jpeg = ImageEncoder.EncodeJpeg(noise, 24, 40, quality);
            Assert.True(_decoder.Decode(jpeg).Status == ImageStatus.Ready, $"quality {quality}");
            Assert.InRange(jpeg.Length, before - 40, int.MaxValue);
            before = jpeg.Length;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void EncodeJpeg_QualityOutOfRange_Throws(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.EncodeJpeg(Pictures.Gradient(8, 8), 8, 8, quality));

    [Fact]
    public void EncodeJpeg_WrongNumberOfPixels_Throws() => Assert.Throws<ArgumentException>(() => ImageEncoder.EncodeJpeg(new byte[100], 8, 8, 90));

    /// <summary>Peak signal-to-noise ratio in decibels.</summary>
    private static double SignalToNoise(byte[] expected, byte[] actual) =>
        10 * Math.Log10(255 * 255 / Math.Max(1e-9, expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Average()));
}
