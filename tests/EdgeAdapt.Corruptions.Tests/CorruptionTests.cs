namespace EdgeAdapt.Corruptions.Tests;

public sealed class CorruptionTests
{
    // By their published constants these do not grow steadily: saturation turns from pale to garish, spatter from water to
    // mud, frost darkens the image as it adds ice, and the three others trade one effect for another between severities.
    private static readonly string[] Unsteady = ["saturate", "spatter", "frost", "elastic_transform", "snow", "glass_blur"];

    public static TheoryData<string> Names => [.. CorruptionCatalog.All.Select(c => c.Name)];

    [Fact]
    public void Catalog_HasNineteen_InCustomaryOrder()
    {
        Assert.Equal(EdgeAdapt.Datasets.CorruptionFolder.StandardOrder.Order(), CorruptionCatalog.Standard.Select(c => c.Name).Order());
        Assert.Equal(19, CorruptionCatalog.All.Select(c => c.Name).Distinct().Count());
        Assert.Null(CorruptionCatalog.Find("rust"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_HigherSeverity_ChangesMore(string name)
    {
        double[] differences = MeanDifferences(name, 32, images: 24, 1, 2, 3, 4, 5);
        Assert.All(differences, d => Assert.InRange(d, 0.01, 160));
        if (!Unsteady.Contains(name))
        {
            Assert.Equal(differences.Order(), differences);
        }

        double[] large = MeanDifferences(name, 224, images: 3, 1, 5);
        Assert.All(large, d => Assert.InRange(d, 0.01, 160));
        if (!Unsteady.Contains(name))
        {
            Assert.True(large[0] < large[1], $"{large[0]} {large[1]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_SameSeed_SameBytes(string name)
    {
        Corruption corruption = CorruptionCatalog.Find(name)!;
        byte[] image = TestImages.Draw(32, 5);
        byte[] first = TestImages.Corrupt(corruption, image, 32, 5, seed: 7, index: 11);
        Assert.Equal(first, TestImages.Corrupt(corruption, image, 32, 5, seed: 7, index: 11));
        bool random = corruption.Kind == CorruptionKind.Random;
        Assert.Equal(random, !first.SequenceEqual(TestImages.Corrupt(corruption, image, 32, 5, seed: 8, index: 11)));
        Assert.Equal(random, !first.SequenceEqual(TestImages.Corrupt(corruption, image, 32, 5, seed: 7, index: 12)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_OddSizesAndGrey_Work(string name)
    {
        Corruption corruption = CorruptionCatalog.Find(name)!;
        foreach ((int height, int width, int channels) in new[] { (8, 8, 3), (9, 31, 3), (28, 28, 1), (101, 90, 3) })
        {
            byte[] image = [.. Enumerable.Range(0, height * width * channels).Select(i => (byte)(i * 37))];
            byte[] result = new byte[image.Length];
            corruption.Apply(image, height, width, 5, 1, 0, result);
            Assert.NotEqual(image, result);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_BlackAndWhite_Work(string name)
    {
        Corruption corruption = CorruptionCatalog.Find(name)!;
        foreach (byte level in new byte[] { 0, 255 })
        {
            byte[] image = new byte[32 * 32 * 3];
            Array.Fill(image, level);
            Assert.Equal(image.Length, TestImages.Corrupt(corruption, image, 32, 5).Length);
        }
    }

    [Fact]
    public void Apply_BadInput_Throws()
    {
        Corruption corruption = CorruptionCatalog.All[0];
        byte[] image = TestImages.Draw(32, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => corruption.Apply(image, 32, 32, 0, 1, 0, new byte[image.Length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => corruption.Apply(image, 32, 32, 6, 1, 0, new byte[image.Length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => corruption.Apply(new byte[4 * 4 * 3], 4, 4, 1, 1, 0, new byte[4 * 4 * 3]));
        Assert.Contains("32 x 31", Assert.Throws<ArgumentException>(() => corruption.Apply(image, 32, 31, 1, 1, 0, new byte[image.Length])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => corruption.Apply(image, 32, 32, 1, 1, 0, new byte[5]));
    }

    [Fact]
    public void Apply_ScaleGiven_Overrides()
    {
        byte[] image = TestImages.Draw(32, 0), cifar = new byte[image.Length], imageNet = new byte[image.Length];
        Corruption contrast = CorruptionCatalog.Find("contrast")!;
        contrast.Apply(image, 32, 32, 5, 1, 0, cifar);
        contrast.Apply(image, 32, 32, 5, 1, 0, imageNet, CorruptionScale.ImageNet);
        Assert.True(TestImages.Difference(image, imageNet) > TestImages.Difference(image, cifar));
    }

    private static double[] MeanDifferences(string name, int side, int images, params int[] severities)
    {
        Corruption corruption = CorruptionCatalog.Find(name)!;
        return
        [
            .. severities.Select(severity => Enumerable.Range(0, images).Average(i =>
            {
                byte[] image = TestImages.Draw(side, i);
                return TestImages.Difference(image, TestImages.Corrupt(corruption, image, side, severity, index: i));
            })),
        ];
    }
}
