using EdgeAdapt.Imaging;

namespace EdgeAdapt.Corruptions.Tests;

public sealed class FilterTests
{
    [Theory]
    [InlineData("Nearest", "aaaabcdddd")]
    [InlineData("Reflect", "cbaabcddcb")]
    [InlineData("Reflect101", "dcbabcdcba")]
    public void Map_Outside_FollowsTheBorder(string border, string expected)
    {
        Border kind = Enum.Parse<Border>(border);
        Assert.Equal(expected, new string([.. Enumerable.Range(-3, 10).Select(i => "abcd"[kind.Map(i, 4)])]));
    }

    [Theory]
    [InlineData(0.6)]
    [InlineData(3)]
    [InlineData(40)]
    public void Smoothing_AnyWidth_EqualsDirectSum(double sigma)
    {
        // Wider than the image at sigma 40: the kernel is folded, and must give what a plain sum gives.
        const int Height = 9, Width = 12;
        var random = new CorruptionRandom(1, 1, 1);
        float[] values = [.. Enumerable.Range(0, Height * Width).Select(_ => (float)random.Uniform())];
        float[] smooth = [.. values];
        Smoothing.Apply(smooth, Height, Width, 1, sigma, 3, Border.Reflect);
        int radius = (int)((3 * sigma) + 0.5);
        double[] weights = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(i => Math.Exp(-0.5 * i * i / (sigma * sigma)))];
        double norm = weights.Sum() * weights.Sum();
        foreach ((int y, int x) in new[] { (0, 0), (4, 7), (8, 11) })
        {
            double sum = 0;
            for (int down = -radius; down <= radius; down++)
            {
                for (int right = -radius; right <= radius; right++)
                {
                    sum += weights[down + radius] * weights[right + radius]
                        * values[(Border.Reflect.Map(y + down, Height) * Width) + Border.Reflect.Map(x + right, Width)];
                }
            }

            Assert.Equal(sum / norm, smooth[(y * Width) + x], 5);
        }
    }

    [Fact]
    public void AffineMap_ThreePoints_MapsThem()
    {
        (double X, double Y)[] from = [(1, 2), (5, 1), (3, 7)], to = [(0, 0), (4, 4), (-2, 9)];
        AffineMap map = AffineMap.Of(from, to);
        Assert.All(from.Zip(to), pair =>
        {
            (double x, double y) = map.Apply(pair.First.X, pair.First.Y);
            Assert.Equal(pair.Second.X, x, 9);
            Assert.Equal(pair.Second.Y, y, 9);
        });
    }

    [Fact]
    public void Hsv_AllCorners_ComeBack()
    {
        foreach (int color in Enumerable.Range(0, 8 * 8 * 8))
        {
            (float r, float g, float b) = ((color & 7) / 7f, ((color >> 3) & 7) / 7f, (color >> 6) / 7f);
            (float red, float green, float blue) = Hsv.Of(r, g, b).ToRgb();
            Assert.Equal(r, red, 5);
            Assert.Equal(g, green, 5);
            Assert.Equal(b, blue, 5);
        }
    }

    [Fact]
    public void BlockTransform_ThereAndBack_IsIdentity()
    {
        var random = new CorruptionRandom(1, 1, 1);
        float[] block = [.. Enumerable.Range(0, 64).Select(_ => (float)random.Between(-128, 128))], copy = [.. block], buffer = new float[64];
        BlockTransform.Forward(copy, buffer);
        Assert.Equal(block.Sum(v => v * v), copy.Sum(v => v * v), 0.5f);
        Assert.Equal(block.Sum() / 8, copy[0], 0.001f);
        BlockTransform.Inverse(copy, buffer);
        Assert.All(block.Zip(copy), pair => Assert.Equal(pair.First, pair.Second, 0.001f));
    }

    [Fact]
    public void EdgeDistance_OnePixel_GrowsWithDistance()
    {
        bool[] marked = new bool[49];
        marked[24] = true;
        float[] distance = EdgeDistance.Of(marked, 7, 7);
        Assert.Equal(0, distance[24]);
        Assert.Equal(3, distance[21], 0.001f);
        Assert.Equal(4.2f, distance[0], 0.001f);
    }

    [Fact]
    public void CannyEdges_Square_OutlinesIt()
    {
        byte[] image = new byte[400];
        for (int y = 6; y < 14; y++)
        {
            image.AsSpan((y * 20) + 6, 8).Fill(200);
        }

        bool[] edges = CannyEdges.Of(image, 20, 20);
        Assert.InRange(edges.Count(e => e), 24, 40);
        Assert.False(edges[(10 * 20) + 10]);
        Assert.False(edges[0]);
    }
}
