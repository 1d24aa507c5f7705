using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class PatchShuffleTests
{
    [Fact]
    public void Apply_SideNotDivisible_MovesWholePatchesOfAllChannelsAndLeavesTheRest()
    {
        // Each pixel holds its number within a channel; the second channel is the first one plus 100.
        FloatTensor images = Numbered(1, 2, 5, 7);
        FloatTensor shuffled = PatchShuffle.Apply(images, 2, new SeededGenerator(5));
        Assert.Equal(images.Values.Order(), shuffled.Values.Order());
        Assert.NotEqual(images.Values, shuffled.Values);
        for (int pixel = 0; pixel < 35; pixel++)
        {
            int row = pixel / 7, column = pixel % 7;
            int from = (int)shuffled.Values[pixel];
            Assert.Equal(from + 100, shuffled.Values[35 + pixel]);
            bool rest = row == 4 || column == 6;
            Assert.Equal(rest ? (row, column) : (row % 2, column % 3), rest ? (from / 7, from % 7) : (from / 7 % 2, from % 7 % 3));
        }
    }

    [Fact]
    public void Apply_EqualImages_GetOrdersOfTheirOwnThatTheSeedRepeats()
    {
        FloatTensor images = Numbered(2, 1, 8, 8);
        FloatTensor shuffled = PatchShuffle.Apply(images, 4, new SeededGenerator(9));
        Assert.NotEqual(shuffled.Sample(0).ToArray(), shuffled.Sample(1).ToArray());
        Assert.Equal(shuffled.Values, PatchShuffle.Apply(images, 4, new SeededGenerator(9)).Values);
    }

    [Fact]
    public void Apply_FewerPixelsThanPatches_ShufflesPixels()
    {
        FloatTensor images = Numbered(1, 1, 2, 3);
        Assert.Equal(images.Values, PatchShuffle.Apply(images, 4, new SeededGenerator(2)).Values.Order());
    }

    private static FloatTensor Numbered(int count, int channels, int height, int width)
    {
        int pixels = height * width;
        float[] values = [.. Enumerable.Range(0, count * channels * pixels).Select(i => (float)((i % pixels) + (100 * (i / pixels % channels))))];
        return new FloatTensor(values, count, channels, height, width);
    }
}
