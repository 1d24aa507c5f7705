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
}
