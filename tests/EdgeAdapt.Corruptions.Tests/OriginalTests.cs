namespace EdgeAdapt.Corruptions.Tests;

/// <summary>Against images that the ImageNet-C authors' code made from the same clean images.</summary>
public sealed class OriginalTests
{
    private const int Images = 600;

    [SharedDataFact]
    public void Apply_Deterministic_EqualsOriginalPixels()
    {
        byte[][] clean = SharedImages.Read("clean", Images);
        string[] names = ["defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression"];
        Assert.Equal(names, CorruptionCatalog.Standard.Where(c => c.Kind == CorruptionKind.Deterministic).Select(c => c.Name));
        Assert.All(names, name =>
        {
            CorruptionComparison result = Compare(name, clean);
            Assert.InRange(result.MeanAbsoluteDifference, 0, 0.2);
        });
    }

    [SharedDataFact]
    public void Apply_Random_MatchesMomentsAndSpectrum()
    {
        byte[][] clean = SharedImages.Read("clean", Images);
        string[] names =
        [
            "gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "fog", "elastic_transform",
        ];
        Assert.All(names, name =>
        {
            CorruptionComparison result = Compare(name, clean);
            Assert.InRange(result.MeanDifference, 0, 2);
            Assert.InRange(result.DeviationDifference, 0, 1);
            Assert.InRange(result.SpectrumDifference, 0, 0.12);
        });
    }

    [SharedDataFact]
    public void Apply_Frost_ResemblesPhotographs()
    {
        CorruptionComparison result = Compare("frost", SharedImages.Read("clean", Images));
        Assert.InRange(result.MeanDifference, 0, 7);
        Assert.InRange(result.DeviationDifference, 0, 3);
        Assert.InRange(result.SpectrumDifference, 0, 0.3);
    }

    [SharedDataFact]
    public void Compare_WrongSeverity_IsSeen()
    {
        byte[][] clean = SharedImages.Read("clean", 100), stored = SharedImages.Read("contrast", 100);
        CorruptionComparison result = CorruptionComparison.Of(CorruptionCatalog.Find("contrast")!, clean, stored, 32, 32, severity: 4, seed: 1);
        Assert.True(result.MeanAbsoluteDifference > 2, $"{result.MeanAbsoluteDifference}");
        Assert.True(result.SpectrumDifference > 0.12, $"{result.SpectrumDifference}");
    }

    // The angle that the original drew is unknown, but there is one that gives its pixels.
    [SharedDataFact]
    public void MotionBlur_SomeAngle_EqualsOriginalPixels()
    {
        byte[][] clean = SharedImages.Read("clean", 5), stored = SharedImages.Read("motion_blur", 5);
        Assert.All(Enumerable.Range(0, clean.Length), i =>
        {
            var canvas = new Canvas(clean[i], SharedImages.Side, SharedImages.Side, CorruptionScale.Cifar, SharedImages.Severity, new CorruptionRandom(0, 0, 0));
            byte[] blurred = new byte[clean[i].Length];
            double best = Enumerable.Range(-180, 361).Min(quarter =>
            {
                MotionBlur.DistortAt(canvas, quarter / 4.0, blurred);
                return TestImages.Difference(blurred, stored[i]);
            });
            Assert.InRange(best, 0, 0.02);
        });
    }

    private static CorruptionComparison Compare(string name, byte[][] clean) => CorruptionComparison.Of(
        CorruptionCatalog.Find(name)!, clean, SharedImages.Read(name, clean.Length), SharedImages.Side, SharedImages.Side, SharedImages.Severity, seed: 1);
}
