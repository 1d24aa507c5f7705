namespace EdgeAdapt.Adaptation.Tests;

public sealed class ShareLimitTests
{
    private static readonly EntropyFilterOptions Options = new() { WarmUpSamples = null, Strategy = SelectionStrategy.Uncertainty };
    private static readonly double Classes = Math.Log(10);

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Select_ShareLimitInBatchesOfOne_KeepsTheUpperShareOfTheStream(double share)
    {
        var filter = new EntropyFilter(Options, 10) { ShareLimit = share };
        (double lowest, double highest) = (0.02 * Classes, 0.4 * Classes);
        (int kept, double rank) = Feed(filter, 40_000, u => (float)(lowest + (u * (highest - lowest))));
        Assert.InRange(kept, 0.75 * share * 40_000, (share * 40_000) + 8);

        // Chosen blindly their mean rank would be 0.5; the best possible is 1 − share / 2.
        Assert.InRange(rank, 1 - (share / 2) - 0.05, 1);
        Assert.InRange(filter.Rank((float)filter.EffectiveMinimumEntropy!.Value), 1 - share - 0.12, 1);
    }

    [Fact]
    public void Select_StreamWithFewerCandidatesThanTheShare_KeepsAllOfThem()
    {
        var filter = new EntropyFilter(Options, 10) { ShareLimit = 0.5 };
        (int kept, _) = Feed(filter, 4000, u => u < 0.2 ? 0.5f : 0f);
        Assert.InRange(kept, 700, 900);
        Assert.Equal(filter.MinimumEntropy!.Value, filter.EffectiveMinimumEntropy!.Value, 0.02);
    }

    [Fact]
    public void Select_EntropyRisesAtOnce_FloorFollowsWithinSomeUploads()
    {
        var filter = new EntropyFilter(Options, 10) { ShareLimit = 0.1 };
        Feed(filter, 5000, u => (float)(0.05 + (0.1 * u)));
        double before = filter.EffectiveMinimumEntropy!.Value;
        (int kept, _) = Feed(filter, 1000, u => (float)(0.6 + (0.2 * u)));
        Assert.InRange(before, 0.11, 0.2);
        Assert.InRange(filter.EffectiveMinimumEntropy!.Value, 0.7, 0.9);
        Assert.InRange(kept, 75, 126);
    }

    [Fact]
    public void ShareLimit_TakenAway_LeavesTheThresholdAlone()
    {
        var filter = new EntropyFilter(Options, 10) { ShareLimit = 0.1 };
        Feed(filter, 1000, u => (float)(0.1 + (0.5 * u)));
        filter.ShareLimit = null;
        Assert.Equal(filter.MinimumEntropy, filter.EffectiveMinimumEntropy);
        Assert.Equal([0], filter.Select([0.06f]));
    }

    [Fact]
    public void Select_RandomStrategy_DrawsTheShareWhateverTheEntropyAndRepeatably()
    {
        EntropyFilterOptions random = Options with { Strategy = SelectionStrategy.Random, UploadShare = 0.25, Seed = 3 };
        var filter = new EntropyFilter(random, 10);
        float[] entropies = [.. Enumerable.Range(0, 64).Select(i => i == 7 ? float.NaN : i / 30f)];
        int[] counts = new int[64];
        var first = new List<int>(filter.Select(entropies));
        for (int i = 0; i < 2000; i++)
        {
            foreach (int row in filter.Select(entropies))
            {
                counts[row]++;
            }
        }

        Assert.Equal(16, first.Count);
        Assert.Equal(0, counts[7]);
        Assert.All(counts.Where((_, i) => i != 7), c => Assert.InRange(c, 420, 600));
        filter.Reset();
        Assert.Equal(first, filter.Select(entropies));
        Assert.NotEqual(first, new EntropyFilter(random with { Seed = 4 }, 10).Select(entropies));
    }

    /// <summary>Feeds one sample at a time; the entropy is a function of a uniform number.</summary>
    private static (int Kept, double MeanRank) Feed(EntropyFilter filter, int samples, Func<double, float> entropy)
    {
        var random = new Random(5);
        (int kept, double rank) = (0, 0);
        for (int i = 0; i < samples; i++)
        {
            float h = entropy(random.NextDouble());
            if (filter.Select([h]).Count > 0)
            {
                (kept, rank) = (kept + 1, rank + filter.Rank(h));
            }
        }

        return (kept, rank / Math.Max(kept, 1));
    }
}
