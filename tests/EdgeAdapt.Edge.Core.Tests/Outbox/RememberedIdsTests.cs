using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class RememberedIdsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_BeyondCapacity_ForgetsTheOldestAndStaysBoundedOnDisk()
    {
        RememberedIds ids = Open(10);
        for (int i = 0; i < 100; i++)
        {
            ids.Add([Id(i), Id(i)]);
            Assert.InRange(new FileInfo(_folder.File("ids")).Length, 8, 8 + (2 * 10 * 16));
        }

        foreach (RememberedIds each in new[] { ids, Open(10) })
        {
            Assert.Equal(10, each.Count);
            Assert.All(Enumerable.Range(90, 10), i => Assert.True(each.Contains(Id(i))));
            Assert.False(each.Contains(Id(89)));
        }
    }

    [Fact]
    public void Open_EveryTruncation_KeepsTheWholeIdsAndGoesOn()
    {
        Open(10).Add(Enumerable.Range(0, 4).Select(Id));
        byte[] file = File.ReadAllBytes(_folder.File("ids"));
        for (int length = 0; length <= file.Length; length++)
        {
            _folder.Write("ids", file.AsSpan(0, length));
            RememberedIds ids = Open(10);
            int whole = Math.Max(0, length - 8) / 16;
            Assert.Equal(whole, ids.Count);
            ids.Add([Id(50)]);
            RememberedIds again = Open(10);
            Assert.Equal(whole + 1, again.Count);
            Assert.True(again.Contains(Id(50)));
        }
    }

    [Fact]
    public void Acknowledge_SampleOfTheSameBytesLater_IsADuplicateEvenAfterARestart()
    {
        SampleOutbox outbox = OpenOutbox();
        outbox.Add(Samples.Create(1));
        outbox.Acknowledge([Samples.Create(1).Id, Samples.Create(2).Id]);
        foreach (SampleOutbox each in new[] { outbox, OpenOutbox() })
        {
            Assert.Equal(AddOutcome.Duplicate, each.Add(Samples.Create(1)));
            Assert.Equal(AddOutcome.Duplicate, each.Add(Samples.Create(2)));
            Assert.Equal((0, 2L, 0L), (each.Count, each.Counters.Drops.Duplicate, each.Counters.Dropped));
        }
    }

    [Fact]
    public void Open_FileOfAnAcknowledgedSampleIsBack_DeletesIt()
    {
        SampleOutbox outbox = OpenOutbox();
        outbox.Add(Samples.Create(1));
        string path = Directory.EnumerateFiles(_folder.Path, "*.sample").Single();
        byte[] file = File.ReadAllBytes(path);
        outbox.Acknowledge([Samples.Create(1).Id]);
        File.WriteAllBytes(path, file);
        Assert.Equal(0, OpenOutbox().Count);
        Assert.False(File.Exists(path));
    }

    private static string Id(int number) => Samples.Create(number, 10).Id;

    private RememberedIds Open(int capacity) => new(_folder.File("ids"), capacity, new DurableDisk(), forced: false);

    private SampleOutbox OpenOutbox() => SampleOutbox.Open(_folder.Path, new OutboxOptions(), TimeProvider.System, _logger);
}
