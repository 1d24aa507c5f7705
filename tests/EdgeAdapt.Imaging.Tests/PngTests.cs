namespace EdgeAdapt.Imaging.Tests;

public sealed class PngTests
{
    [Fact]
    public void EncodePng_AnyPixels_DecodesToTheSame()
    {
        using var encoder = new ImageEncoder();
        foreach ((int height, int width) in new[] { (1, 1), (7, 5), (32, 32), (48, 33) })
        {
            byte[] pixels = Pictures.Noise(height, width, seed: height);
            using var preprocessor = new ImagePreprocessor(Pictures.Plain(height, width, crop: ImageCrop.None));
            Assert.Equal(pixels, ToBytes(preprocessor.Preprocess(encoder.EncodePng(pixels, height, width)), height * width));
        }
    }

    [Fact]
    public void Preprocess_RgbPng_IsRedFirst()
    {
        byte[] png = PngWriter.Write(1, 2, 8, colorType: 2, [250, 100, 50, 10, 20, 30]);
        Assert.Equal([250, 100, 50, 10, 20, 30], Decode(png, 1, 2));
    }

    [Fact]
    public void Preprocess_GreyPng_GivesThreeEqualChannels()
    {
        byte[] png = PngWriter.Write(1, 2, 8, colorType: 0, [7, 200]);
        Assert.Equal([7, 7, 7, 200, 200, 200], Decode(png, 1, 2));
    }

    [Fact]
    public void Preprocess_PngWithAlpha_IgnoresAlpha()
    {
        byte[] rgba = PngWriter.Write(1, 2, 8, colorType: 6, [250, 100, 50, 0, 10, 20, 30, 128]);
        byte[] greyAlpha = PngWriter.Write(1, 2, 8, colorType: 4, [9, 0, 77, 255]);
        Assert.Equal([250, 100, 50, 10, 20, 30], Decode(rgba, 1, 2));
        Assert.Equal([9, 9, 9, 77, 77, 77], Decode(greyAlpha, 1, 2));
    }

    [Fact]
    public void Preprocess_PalettePng_LooksColoursUp()
    {
        byte[] palette = [1, 2, 3, 200, 150, 100];
        byte[] plain = PngWriter.Write(1, 2, 8, colorType: 3, [1, 0], extra: ("PLTE", palette));
        byte[] transparent = PngWriter.Write(1, 2, 8, colorType: 3, [1, 0], false, ("PLTE", palette), ("tRNS", [0, 255]));
        byte[] oneBit = PngWriter.Write(1, 2, 1, colorType: 3, [0b1000_0000], extra: ("PLTE", palette));
        Assert.Equal([200, 150, 100, 1, 2, 3], Decode(plain, 1, 2));
        Assert.Equal([200, 150, 100, 1, 2, 3], Decode(transparent, 1, 2));
        Assert.Equal([200, 150, 100, 1, 2, 3], Decode(oneBit, 1, 2));
    }

    [Fact]
    public void Preprocess_SixteenBitPng_KeepsTheUpperByte()
    {
        byte[] png = PngWriter.Write(1, 1, 16, colorType: 2, [250, 255, 100, 0, 50, 127]);
        Assert.Equal([250, 100, 50], Decode(png, 1, 1));
    }

    [Fact]
    public void Preprocess_InterlacedPng_IsUnsupportedAndNamesTheRemedy() =>
        Refused(PngWriter.Write(4, 4, 8, colorType: 2, new byte[48], interlaced: true), ImageStatus.Unsupported, "without interlacing");

    [Fact]
    public void Preprocess_PngOfGiganticDimensions_IsTooLarge()
    {
        byte[] png = PngWriter.Write(1, 1, 8, colorType: 2, [1, 2, 3]);
        png[16] = 0x10;
        Refused(png, ImageStatus.TooLarge, "smaller image");
    }

    [Fact]
    public void Preprocess_PngOneAboveTheLimit_IsTooLarge()
    {
        byte[] png = PngWriter.Write(4, 4, 8, colorType: 2, new byte[48]);
        using var tight = new ImagePreprocessor(Pictures.Plain(4, 4), new ImageLimits { MaximumPixels = 15 });
        using var fitting = new ImagePreprocessor(Pictures.Plain(4, 4), new ImageLimits { MaximumPixels = 16 });
        Assert.Equal(ImageStatus.TooLarge, tight.Preprocess(png).Status);
        Assert.Equal(ImageStatus.Ready, fitting.Preprocess(png).Status);
    }

    [Theory]
    [InlineData(1, 65_500, true)]
    [InlineData(1, 65_501, false)]
    [InlineData(65_501, 1, false)]
    public void Preprocess_PngOfALongSide_IsReadWhereItCanBeEncodedAgain(int height, int width, bool fits)
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(height, width, crop: ImageCrop.None));
        PreprocessedImage image = preprocessor.Preprocess(PngWriter.Write(height, width, 8, colorType: 0, new byte[height * width]));
        Assert.Equal(fits ? ImageStatus.Ready : ImageStatus.TooLarge, image.Status);
    }

    [Fact]
    public void Preprocess_PictureThatResizingWouldBlowUp_IsTooLarge()
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(8, 8) with { Resize = 256, Height = 224, Width = 224 });
        PreprocessedImage narrow = preprocessor.Preprocess(PngWriter.Write(1, 20_000, 8, colorType: 2, new byte[60_000]));
        Assert.Equal(ImageStatus.TooLarge, narrow.Status);
        Assert.Contains("less narrow", narrow.Fault, StringComparison.Ordinal);
        Assert.True(preprocessor.Preprocess(PngWriter.Write(1, 700, 8, colorType: 2, new byte[2100])).IsReady);
        Assert.Throws<ArgumentException>(() => preprocessor.PreprocessPixels(new byte[60_000], 1, 20_000, 3));
        Assert.NotNull(preprocessor.SizeFault(20_000, 1));
    }

    [Fact]
    public void Preprocess_PngCutAnywhere_IsRefused()
    {
        byte[] png = PngWriter.Write(8, 8, 8, colorType: 2, Pictures.Noise(8, 8, seed: 3));
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(8, 8));
        for (int length = 8; length < png.Length; length++)
        {
            Assert.Equal(ImageStatus.Truncated, preprocessor.Preprocess(png.AsMemory(0, length)).Status);
        }
    }

    [Fact]
    public void Preprocess_PngWithDamagedPixels_IsCorrupt()
    {
        byte[] png = PngWriter.Write(8, 8, 8, colorType: 2, Pictures.Noise(8, 8, seed: 3));
        png.AsSpan(60, 20).Fill(0xEE);
        Refused(png, ImageStatus.Corrupt, "Encode it again");
    }

    private static void Refused(byte[] png, ImageStatus status, string remedy)
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(4, 4));
        PreprocessedImage image = preprocessor.Preprocess(png);
        Assert.Equal(status, image.Status);
        Assert.Contains(remedy, image.Fault, StringComparison.Ordinal);
        Assert.Empty(image.Values);
    }

    private static byte[] Decode(byte[] png, int height, int width)
    {
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(height, width, crop: ImageCrop.None));
        return ToBytes(preprocessor.Preprocess(png), height * width);
    }

    /// <summary>Model input of mean 0 and deviation 1 back to [H, W, 3].</summary>
    private static byte[] ToBytes(PreprocessedImage image, int plane)
    {
        Assert.True(image.IsReady, image.Fault);
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                pixels[(3 * i) + c] = (byte)Math.Round(image.Values[(c * plane) + i] * 255);
            }
        }

        return pixels;
    }
}
