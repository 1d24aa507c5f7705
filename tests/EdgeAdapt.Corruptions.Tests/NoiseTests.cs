namespace EdgeAdapt.Corruptions.Tests;

public sealed class NoiseTests
{
    [Theory]
    [InlineData(0, 50)]
    [InlineData(3, 5)]
    [InlineData(128, 60)]
    [InlineData(255, 500)]
    public void PoissonTable_ManyDraws_HaveMeanAndVariance(int pixel, int photons)
    {
        var random = new CorruptionRandom(1, 2, 3);
        double[] draws = [.. Enumerable.Range(0, 40_000).Select(_ => (double)PoissonTable.Of(photons).Draw((byte)pixel, random.Uniform()))];
        double expected = pixel / 255.0 * photons, mean = draws.Average();
        double variance = draws.Average(d => (d - mean) * (d - mean));

        // Five standard errors of a mean and of a variance.
        Assert.InRange(mean, expected - (5 * Math.Sqrt(expected / draws.Length)), expected + (5 * Math.Sqrt(expected / draws.Length)));
        Assert.InRange(variance, expected * 0.95 - 0.01, (expected * 1.05) + 0.01);
    }

    [Fact]
    public void Normal_ManyDraws_AreStandard()
    {
        var random = new CorruptionRandom(5, 0, 0);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => (double)random.Normal())];
        Assert.InRange(draws.Average(), -0.02, 0.02);
        Assert.InRange(draws.Average(d => d * d), 0.98, 1.02);
        Assert.InRange(draws.Average(d => d * d * d * d), 2.85, 3.15);
    }

    [Fact]
    public void GaussianNoise_MidGrey_HasPublishedDeviation()
    {
        byte[] grey = new byte[224 * 224 * 3];
        Array.Fill(grey, (byte)128);
        byte[] noisy = TestImages.Corrupt(CorruptionCatalog.Find("gaussian_noise")!, grey, 224, 1);
        double deviation = Math.Sqrt(noisy.Average(v => (v - 127.5) * (v - 127.5)));
        Assert.InRange(deviation, (0.08 * 255) - 0.3, (0.08 * 255) + 0.3);
    }

    [Fact]
    public void ImpulseNoise_MidGrey_HasPublishedShare()
    {
        byte[] grey = new byte[224 * 224 * 3];
        Array.Fill(grey, (byte)128);
        byte[] noisy = TestImages.Corrupt(CorruptionCatalog.Find("impulse_noise")!, grey, 224, 5);
        Assert.InRange(noisy.Count(v => v == 0) / (double)noisy.Length, 0.13, 0.14);
        Assert.InRange(noisy.Count(v => v == 255) / (double)noisy.Length, 0.13, 0.14);
    }
}
