namespace EdgeAdapt.Adaptation.Tests;

public sealed class UploadReserveTests
{
    private const double Share = 0.1;
    private const int Reserve = 1000;
    private static readonly EntropyFilterOptions Options = new()
    {
        EntropyHighMargin = null,
        EntropyLowMargin = 0.1,
        WarmUpSamples = null,
        UploadShare = Share,
        ReserveFrames = Reserve,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Select_NewStream_SpendsHalfOfTheReserveAtOnceAndLittleThen(int batch)
    {
        EntropyFilter filter = Create(Options, batch);
        int first = Feed(filter, 64, batch);
        int second = Feed(filter, 512, batch);
        int third = Feed(filter, 768, batch);

        // 50 of the reserve of 100, and a quarter of the share until it is full again after some 670 frames; in the end all that was earned is spent.
        Assert.InRange(first, 50, 53);
        Assert.InRange(second, (0.25 * 51) - 1, (0.25 * 51) + 1);
        Assert.InRange(first + second + third, 133, 135);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void NoteChange_AfterAQuietTime_KeepsTheNextSamplesAndPaysForThemLater(int batch)
    {
        EntropyFilter filter = Create(Options, batch);
        Feed(filter, 3200, batch);
        int before = Feed(filter, 64, batch);
        filter.NoteChange();
        int after = Feed(filter, 64, batch);
        Assert.InRange(before, 5, 8);
        Assert.InRange(after, 50, 58);
        int total = 0;
        for (int i = 0; i < 50; i++)
        {
            filter.NoteChange();
            total += Feed(filter, 1280, batch);
        }

        Assert.InRange(total, (50 * 1280 * Share) - 100, (50 * 1280 * Share) + 100);
    }

    [Fact]
    public void NoteChange_OneAfterTheOther_LeavesHalfEachTime()
    {
        EntropyFilter filter = Create(Options, 64);
        Feed(filter, 3200, 64);
        int[] kept = new int[3];
        for (int i = 0; i < kept.Length; i++)
        {
            filter.NoteChange();
            kept[i] = Feed(filter, 64, 64);
        }

        Assert.InRange(kept[0], 50, 58);
        Assert.InRange(kept[1], 26, 32);
        Assert.InRange(kept[2], 14, 22);
    }

    [Theory]
    [InlineData(SelectionStrategy.Random, Share)]
    [InlineData(SelectionStrategy.Uncertainty, EntropyFilter.ThinShare)]
    public void NoteChange_BaselineOrAmpleShare_ChangesNothing(SelectionStrategy strategy, double share)
    {
        EntropyFilter filter = Create(Options with { Strategy = strategy, UploadShare = share }, 64);
        Assert.InRange(Feed(filter, 64, 64), (share * 64) - 1, share * 64);
        filter.NoteChange();
        Assert.InRange(Feed(filter, 64, 64), (share * 64) - 1, (share * 64) + 1);
    }

    [Fact]
    public void NoteChange_NoShare_ChangesNothing()
    {
        var filter = new EntropyFilter(Options with { UploadShare = null }, 10);
        filter.NoteChange();
        Assert.Equal([1], filter.Select([0.1f, 1f]));
    }

    [Fact]
    public void State_RestoredInAnotherFilter_HoldsTheReserveAndIsNoNewStream()
    {
        EntropyFilter first = Create(Options, 64);
        Feed(first, 3200, 64);
        first.NoteChange();
        EntropyFilter second = Create(Options, 64);
        second.State = first.State;
        Assert.InRange(second.State.Reserve, 95, 100);
        Assert.InRange(Feed(second, 64, 64), 5, 8);
        second.NoteChange();
        Assert.InRange(Feed(second, 64, 64), 50, 58);
        Assert.Throws<ArgumentException>(() => second.State = new EntropyFilterState(3, 1, null, 0, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => second.State = new EntropyFilterState(3, 1, null, 0, -1));
    }

    [Fact]
    public void Reset_HoldsTheReserveOfANewStream()
    {
        EntropyFilter filter = Create(Options, 64);
        int first = Feed(filter, 640, 64);
        filter.Reset();
        Assert.Equal(first, Feed(filter, 640, 64));
    }

    [Fact]
    public void FindFaults_ReserveBelowZero_NamesIt() =>
        Assert.Contains("ReserveFrames", Assert.Single((Options with { ReserveFrames = -1 }).FindFaults()), StringComparison.Ordinal);

    /// <summary>Single frames are judged as a device does it.</summary>
    private static EntropyFilter Create(EntropyFilterOptions options, int batch) => new(options, 10) { ShareLimit = batch == 1 ? options.UploadShare : null };

    private static int Feed(EntropyFilter filter, int frames, int batch)
    {
        int kept = 0;
        for (int i = 0; i < frames / batch; i++)
        {
            kept += filter.Select(Enumerable.Repeat(1f, batch).ToArray(), [.. Enumerable.Range(0, batch).Select(k => (i + k) % 10)]).Count;
        }

        return kept;
    }
}
