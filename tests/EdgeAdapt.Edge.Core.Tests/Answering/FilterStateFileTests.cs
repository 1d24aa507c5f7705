using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Answering;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

public sealed class FilterStateFileTests : IDisposable
{
    private static readonly EntropyFilterOptions Options = new() { WarmUpSamples = 2 };
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Restore_SavedState_ContinuesTheStream()
    {
        var before = new EntropyFilter(Options, 10);
        before.Select([0.1f, 0.5f, 1.2f]);
        File("a", Options).Save(before.State);
        var after = new EntropyFilter(Options, 10);
        File("a", Options).Restore(after);
        Assert.Equal(before.State, after.State);
        Assert.Equal(before.MaximumEntropy, after.MaximumEntropy);
    }

    [Fact]
    public void Restore_OtherModelOrThresholds_StartsAnewAndSaysSo()
    {
        var before = new EntropyFilter(Options, 10);
        before.Select([0.1f]);
        File("a", Options).Save(before.State);
        var after = new EntropyFilter(Options, 10);
        File("b", Options).Restore(after);
        File("a", Options with { EntropyHighMargin = 0.5 }).Restore(after);
        Assert.Equal(0, after.Samples);
        Assert.Equal(2, _logger.Lines.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1, 2")]
    [InlineData("{\"Model\":\"a\",\"Options\":{\"EntropyHighMargin\":0.4,\"EntropyLowMargin\":0.02,\"WarmUpSamples\":2,\"Lambda\":1},\"State\":{\"Samples\":-5,\"EntropySum\":1,\"WarmUpMean\":null}}")]
    public void Restore_DamagedFile_StartsAnew(string content)
    {
        System.IO.File.WriteAllText(_folder.File("filter.json"), content);
        var filter = new EntropyFilter(Options, 10);
        File("a", Options).Restore(filter);
        Assert.Equal(0, filter.Samples);
        Assert.Single(_logger.Lines);
    }

    [Fact]
    public async Task RunAsync_StatesInQuickSuccession_SavesTheNewestOnceInTenSeconds()
    {
        var time = new ManualTime();
        FilterStateFile file = File("a", Options);
        using var stop = new CancellationTokenSource();
        Task run = file.RunAsync(time, stop.Token);
        file.Offer(new EntropyFilterState(1, 0.5, null));
        await time.TimerWithinAsync(TimeSpan.FromSeconds(10));
        string first = System.IO.File.ReadAllText(_folder.File("filter.json"));
        for (int i = 2; i < 9; i++)
        {
            file.Offer(new EntropyFilterState(i, 0.5, null));
        }

        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(first, System.IO.File.ReadAllText(_folder.File("filter.json")));
        time.Advance(TimeSpan.FromSeconds(0.1));
        await time.TimerWithinAsync(TimeSpan.FromSeconds(10));
        var filter = new EntropyFilter(Options, 10);
        File("a", Options).Restore(filter);
        Assert.Equal(8, filter.Samples);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private FilterStateFile File(string model, EntropyFilterOptions options) => new(_folder.File("filter.json"), model, options, _logger);
}
