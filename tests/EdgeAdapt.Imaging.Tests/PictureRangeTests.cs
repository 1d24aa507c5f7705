using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging.Tests;

public sealed class PictureRangeTests
{
    private static readonly PictureRange Range = new(Pictures.Manifest(2, 2));

    [Fact]
    public void Contains_EveryLevelOfEveryChannel_IsAPicture()
    {
        float[] levels = [.. Enumerable.Range(0, 3).SelectMany(c => Normalization.ImageNet.Levels(c))];
        Assert.All(Enumerable.Range(0, 64), i => Assert.True(Range.Contains(Image(c => levels.AsSpan((c * 256) + (i * 4), 4).ToArray()))));
    }

    [Theory]
    [InlineData(255f)]
    [InlineData(-255f)]
    [InlineData(float.MaxValue)]
    [InlineData(4f)]
    public void Contains_OneValueThatNoPixelHas_IsNone(float value)
    {
        for (int i = 0; i < 12; i++)
        {
            float[] image = new float[12];
            image[i] = value;
            Assert.False(Range.Contains(image));
        }
    }

    [Fact]
    public void Contains_OvershootAtAnEdge_IsAPicture()
    {
        // White after a bicubic filter of the client's own: 1.2 of it.
        Normalization form = Normalization.ImageNet;
        Assert.True(Range.Contains(Image(c => Enumerable.Repeat((1.2f - form.Mean[c]) / form.StandardDeviation[c], 4).ToArray())));
        Assert.True(Range.Contains(Image(c => Enumerable.Repeat((-0.2f - form.Mean[c]) / form.StandardDeviation[c], 4).ToArray())));
    }

    private static float[] Image(Func<int, float[]> plane) => [.. Enumerable.Range(0, 3).SelectMany(plane)];
}
