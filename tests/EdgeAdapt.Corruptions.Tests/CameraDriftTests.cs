namespace EdgeAdapt.Corruptions.Tests;

public sealed class CameraDriftTests
{
    public static TheoryData<string> Names => [.. CameraDriftCatalog.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_GrowingProgress_DepartsFromTheFrame(string name)
    {
        foreach (int side in new[] { 32, 224 })
        {
            byte[] image = TestImages.Draw(side, 2);
            double[] differences = [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(t => TestImages.Difference(image, Drift(name, image, side, t)))];
            Assert.Equal(0, differences[0]);
            Assert.Equal(differences.Order(), differences);
            Assert.True(differences[^1] > 3, $"{differences[^1]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_NeighbouringProgress_ChangesLittle(string name)
    {
        byte[] image = TestImages.Draw(64, 2);
        double step = TestImages.Difference(Drift(name, image, 64, 0.5), Drift(name, image, 64, 0.505));
        Assert.InRange(step, 0, 2);
    }

    [Theory]
    [InlineData("lens_dirt")]
    [InlineData("water_drops")]
    [InlineData("vignetting")]
    public void Apply_OtherFrameSameCamera_KeepsTheDirt(string name)
    {
        byte[] image = TestImages.Draw(64, 2);
        Assert.Equal(Drift(name, image, 64, 1, seed: 3, frame: 0), Drift(name, image, 64, 1, seed: 3, frame: 99));
        if (name != "vignetting")
        {
            Assert.NotEqual(Drift(name, image, 64, 1, seed: 3), Drift(name, image, 64, 1, seed: 4));
        }
    }

    [Fact]
    public void DayNight_Night_IsDarkBluishAndNoisy()
    {
        byte[] grey = new byte[64 * 64 * 3];
        Array.Fill(grey, (byte)150);
        byte[] night = Drift("day_night", grey, 64, 1, frame: 0);
        Assert.NotEqual(night, Drift("day_night", grey, 64, 1, frame: 1));
        double red = night.Where((_, i) => i % 3 == 0).Average(v => v), blue = night.Where((_, i) => i % 3 == 2).Average(v => v);
        Assert.True(red < blue && blue < 100, $"red {red}, blue {blue}");
        byte[] dusk = Drift("day_night", grey, 64, 0.5);
        Assert.True(dusk.Where((_, i) => i % 3 == 0).Average(v => v) > dusk.Where((_, i) => i % 3 == 2).Average(v => v));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Apply_ProgressOutside_Throws(double progress)
    {
        byte[] image = TestImages.Draw(32, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Drift("vignetting", image, 32, progress));
    }

    private static byte[] Drift(string name, byte[] image, int side, double progress, long seed = 1, long frame = 0)
    {
        byte[] result = new byte[image.Length];
        CameraDriftCatalog.Find(name)!.Apply(image, side, side, progress, seed, frame, result);
        return result;
    }
}
