namespace EdgeAdapt.Adaptation.Tests;

public sealed class UploadBudgetTests
{
    private static readonly EntropyFilterOptions All = new() { EntropyHighMargin = null, EntropyLowMargin = null, WarmUpSamples = null };

    [Theory]
    [InlineData(0.4, 64)]
    [InlineData(0.4, 1)]
    [InlineData(0.02, 8)]
    [InlineData(1.0, 8)]
    public void Select_Budget_KeepsThatShareAtAnyBatchSize(double share, int batch)
    {
        var filter = new EntropyFilter(All with { UploadShare = share }, 10);
        int kept = 0;
        for (int i = 0; i < 3200 / batch; i++)
        {
            kept += filter.Select(Enumerable.Range(0, batch).Select(k => 0.1f + (0.001f * k)).ToArray()).Count;
        }

        Assert.InRange(kept, (share * 3200) - 2, (share * 3200) + 1e-6);
    }

    [Fact]
    public void Select_MoreCandidatesThanTheBudget_KeepsThePreferredOnesInOrder()
    {
        var filter = new EntropyFilter(All with { UploadShare = 0.5, Strategy = SelectionStrategy.Uncertainty }, 10);
        Assert.Equal([1, 3], filter.Select([0.1f, 0.7f, 0.2f, 0.9f]));
    }

    [Fact]
    public void Select_LongQuietTime_PaysForNoMoreThanABurst()
    {
        var filter = new EntropyFilter(new EntropyFilterOptions { WarmUpSamples = null, UploadShare = 0.5 }, 10);
        Assert.Empty(filter.Select(new float[10_000]));
        Assert.Equal(UploadBudget.Burst / 2, filter.Select(Enumerable.Repeat(0.5f, 1000).ToArray()).Count);
    }

    [Fact]
    public void State_RestoredInAnotherFilter_GoesOnWithTheSameCredit()
    {
        EntropyFilterOptions options = All with { UploadShare = 0.3, Strategy = SelectionStrategy.Uncertainty };
        var first = new EntropyFilter(options, 10);
        first.Select([0.5f, 0.5f]);
        var second = new EntropyFilter(options, 10) { State = first.State };
        Assert.Equal(0.6, second.State.Credit, 1e-12);
        Assert.Equal(first.Select([0.5f, 0.5f]), second.Select([0.5f, 0.5f]));
        Assert.Throws<ArgumentException>(() => second.State = new EntropyFilterState(3, 1, null, -1));
        first.Reset();
        Assert.Equal(0, first.State.Credit);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void FindFaults_ShareOutOfRange_NamesIt(double share) =>
        Assert.Contains("UploadShare", Assert.Single((All with { UploadShare = share }).FindFaults()), StringComparison.Ordinal);
}
