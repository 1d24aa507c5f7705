using EdgeAdapt.Onnx.Prepared;

namespace EdgeAdapt.Onnx.Tests.Prepared;

public sealed class SlotRunTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 0)]
    [InlineData(16, 0)]
    [InlineData(8, 3)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void Of_BlockedChannels_DescribesEachElementInFewNumbers(int block, int padding)
    {
        // [channels / block][inner elements][block], the last block padded.
        const int blocks = 6, inner = 27;
        int[] slots =
        [
            .. from b in Enumerable.Range(0, blocks)
               from i in Enumerable.Range(0, inner)
               from c in Enumerable.Range(0, block)
               select b == blocks - 1 && c >= block - padding ? -1 : (b * block) + c,
        ];

        SlotRun[] runs = SlotRun.Of(slots);

        Assert.Equal(slots, Expand(runs));
        if (block is not 5)
        {
            Assert.Equal(blocks * block, runs.Sum(r => r.Pattern.Length));
        }
    }

    [Fact]
    public void Of_AnySlots_DescribesThem()
    {
        var random = new Random(3);
        for (int run = 0; run < 200; run++)
        {
            int kinds = 1 + random.Next(4);
            int[] slots = [.. Enumerable.Range(0, 1 + random.Next(80)).Select(_ => random.Next(kinds) - 1)];
            Assert.Equal(slots, Expand(SlotRun.Of(slots)));
        }
    }

    private static IEnumerable<int> Expand(SlotRun[] runs) => runs.SelectMany(r => Enumerable.Range(0, r.Length).Select(i => r.Pattern[i % r.Pattern.Length]));
}
