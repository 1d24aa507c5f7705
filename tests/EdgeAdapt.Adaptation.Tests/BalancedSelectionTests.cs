namespace EdgeAdapt.Adaptation.Tests;

public sealed class BalancedSelectionTests
{
    private static readonly EntropyFilterOptions Options = new() { WarmUpSamples = null, EntropyHighMargin = 0.9, EntropyLowMargin = 0.1, Strategy = SelectionStrategy.Balanced };
    private static readonly double Classes = Math.Log(10);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Select_ShareLimitInBatchesOfOne_KeepsTheShareAcrossTheThresholds(double share)
    {
        const int samples = 100_000;
        var filter = new EntropyFilter(Options, 10) { ShareLimit = share };
        var random = new Random(5);
        (int kept, double rank) = (0, 0);
        for (int i = 0; i < samples; i++)
        {
            float entropy = (float)(Classes * (0.1 + (0.8 * random.NextDouble())));
            if (filter.Select([entropy], [i % 10]).Count > 0)
            {
                (kept, rank) = (kept + 1, rank + filter.Rank(entropy));
            }
        }

        Assert.InRange(kept, 0.75 * share * samples, (share * samples) + 8);
        double error = 0.3 / Math.Sqrt(kept);
        Assert.InRange(rank / kept, 0.5 - (4 * error), 0.5 + (4 * error));
        Assert.Equal(filter.MinimumEntropy, filter.EffectiveMinimumEntropy);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Select_OneClassInNineOfTenSamples_KeepsTheOthersMoreOften(int batch)
    {
        var filter = new EntropyFilter(Options with { UploadShare = 0.1 }, 10);
        filter.ShareLimit = batch == 1 ? 0.1 : null;
        var random = new Random(5);
        int[] kept = new int[10];
        for (int i = 0; i < 20_000 / batch; i++)
        {
            int[] classes = [.. Enumerable.Range(0, batch).Select(_ => random.NextDouble() < 0.9 ? 0 : random.Next(1, 10))];
            foreach (int row in filter.Select(Enumerable.Repeat(1f, batch).ToArray(), classes))
            {
                kept[classes[row]]++;
            }
        }

        // By chance it would be nine tenths of them.
        Assert.InRange(kept.Sum(), 1500, 2010);
        Assert.InRange(kept[0] / (double)kept.Sum(), 0.1, 0.5);
        Assert.All(kept[1..], k => Assert.InRange(k / (double)kept.Sum(), 0.04, 0.15));
    }

    [Fact]
    public void Select_StreamWithFewerCandidatesThanTheShare_KeepsAllOfThem()
    {
        var filter = new EntropyFilter(Options, 10) { ShareLimit = 0.5 };
        var random = new Random(5);
        int kept = 0;
        for (int i = 0; i < 4000; i++)
        {
            kept += filter.Select([random.NextDouble() < 0.2 ? 1f : 0f], [0]).Count;
        }

        Assert.InRange(kept, 700, 900);
    }

    [Theory]
    [InlineData(0.25, SelectionStrategy.Balanced)]
    [InlineData(0.4, SelectionStrategy.Uncertainty)]
    public void Select_AutomaticStrategy_DrawsUnderAThinShareAlone(double share, SelectionStrategy same)
    {
        var automatic = new EntropyFilter(Options with { UploadShare = share, Strategy = SelectionStrategy.Automatic }, 10);
        var named = new EntropyFilter(Options with { UploadShare = share, Strategy = same }, 10);
        float[] entropies = [.. Enumerable.Range(0, 64).Select(i => i / 30f)];
        Assert.Equal(named.Select(entropies), automatic.Select(entropies));
    }

    [Fact]
    public void Select_DrawUnderAShare_TakesWhatIsAboveTheUpperThresholdToo()
    {
        var filter = new EntropyFilter(Options with { UploadShare = 1 }, 10);
        Assert.Equal([1, 2], filter.Select([0.1f, 1f, 2.2f, float.NaN]));
    }

    [Fact]
    public void Select_WithoutAShare_KeepsAllWithinTheThresholdsWhateverTheClass()
    {
        var filter = new EntropyFilter(Options, 10);
        Assert.Equal([1, 2], filter.Select([0.1f, 1f, 2f, 2.2f], [0, 0, 0, 1]));
    }

    [Fact]
    public void Select_SameSeed_RepeatsItselfAfterAReset()
    {
        var filter = new EntropyFilter(Options with { UploadShare = 0.2 }, 10);
        float[] entropies = [.. Enumerable.Range(0, 50).Select(i => i == 3 ? float.NaN : 1f)];
        int[] classes = [.. Enumerable.Range(0, 50).Select(i => i % 3)];
        IReadOnlyList<int> first = filter.Select(entropies, classes);
        Assert.Equal(10, first.Count);
        Assert.DoesNotContain(3, first);
        Assert.NotEqual(first, filter.Select(entropies, classes));
        filter.Reset();
        Assert.Equal(first, filter.Select(entropies, classes));
        Assert.NotEqual(first, new EntropyFilter(Options with { UploadShare = 0.2, Seed = 9 }, 10).Select(entropies, classes));
    }

    [Fact]
    public void Select_OtherNumberOfClasses_Throws() =>
        Assert.Contains("2 classes for 1", Assert.Throws<ArgumentException>(() => new EntropyFilter(Options, 10).Select([1f], [1, 2])).Message, StringComparison.Ordinal);
}
