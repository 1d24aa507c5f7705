namespace EdgeAdapt.Imaging.Tests;

public sealed class BlockTransformTests
{
    [Fact]
    public void Forward_AndInverse_IsIdentityAndKeepsTheEnergy()
    {
        var random = new Random(1);
        float[] block = [.. Enumerable.Range(0, 64).Select(_ => (256 * random.NextSingle()) - 128)], copy = [.. block], buffer = new float[64];
        BlockTransform.Forward(copy, buffer);
        Assert.Equal(block.Sum(v => v * v), copy.Sum(v => v * v), 0.5f);
        Assert.Equal(block.Sum() / 8, copy[0], 0.001f);
        BlockTransform.Inverse(copy, buffer);
        Assert.All(block.Zip(copy), pair => Assert.Equal(pair.First, pair.Second, 0.001f));
    }
}
