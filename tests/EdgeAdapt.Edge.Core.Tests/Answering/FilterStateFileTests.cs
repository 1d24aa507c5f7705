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

    private FilterStateFile File(string model, EntropyFilterOptions options) => new(_folder.File("filter.json"), model, options, _logger);
}
