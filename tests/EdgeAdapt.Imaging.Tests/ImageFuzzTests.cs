using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>
/// Damaged pictures from a seed. Each is a model input or a refusal in words: never an exception, and never the end of the process, which is what the native decoder does with
/// some of what <see cref="JpegStructure"/> keeps from it.
/// </summary>
[Collection(Alone.Name)]
public sealed class ImageFuzzTests
{
    /// <summary>Names the number of pictures of each kind; two thousand without it.</summary>
    private const string Variable = "EDGEADAPT_FUZZ_IMAGES";
    private const long MostGrowth = 64 << 20;
    private static readonly int Count = FuzzCount.Of(Variable, 2000);

    // A changed header may announce any size up to the limit, and each such picture would take as long as the limit is high.
    private static readonly ImageLimits Limits = new() { MaximumPixels = 250_000 };

    [Theory]
    [InlineData("jpeg")]
    [InlineData("progressive")]
    [InlineData("png")]
    [InlineData("npy")]
    public void Preprocess_DamagedPictures_AreAnInputOrAFaultAndTakeNoMemory(string kind)
    {
        byte[] good = Picture(kind);
        var random = new Random(kind.Length + kind[0]);
        using var preprocessor = new ImagePreprocessor(Pictures.Plain(16, 16, 18), Limits);
        Assert.True(preprocessor.Preprocess(good).IsReady);
        int ready = Run(preprocessor, good, random, Math.Max(Count / 4, 200));
        long before = Environment.WorkingSet;
        ready += Run(preprocessor, good, random, Count);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, MostGrowth);

        // One in eight is left as it is. A fuzzer whose pictures are all refused, or none, would test little.
        Assert.InRange(ready, Count / 10, Count);
        Assert.True(preprocessor.Preprocess(good).IsReady);
    }

    private static int Run(ImagePreprocessor preprocessor, byte[] good, Random random, int count)
    {
        int ready = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = ByteMutations.Mutate(random, good);
            PreprocessedImage image = preprocessor.Preprocess(bytes);
            if (image.IsReady)
            {
                ready++;
                Assert.Equal(preprocessor.SampleLength, image.Values.Length);
                Assert.False(Array.Exists(image.Values, v => v is not (>= -0.01f and <= 1.01f)), $"picture {i}");
            }
            else
            {
                Assert.False(string.IsNullOrWhiteSpace(image.Fault), $"picture {i}: {image.Status}");
                Assert.Empty(image.Values);
            }
        }

        return ready;
    }

    private static byte[] Picture(string kind)
    {
        const int height = 24;
        const int width = 40;
        byte[] pixels = Pictures.Gradient(height, width);
        using var encoder = new ImageEncoder();
        return kind switch
        {
            "jpeg" => encoder.EncodeJpeg(pixels, height, width),
            "progressive" => ProgressiveJpeg.Bytes,
            "png" => encoder.EncodePng(pixels, height, width),
            _ => NpyFile.ToBytes(NpyArray.Of(pixels, height, width, 3)),
        };
    }
}
