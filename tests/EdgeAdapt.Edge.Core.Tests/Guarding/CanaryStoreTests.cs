using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>How often the canary frames are written: a device's flash wears out.</summary>
public sealed class CanaryStoreTests : IDisposable
{
    private const int Capacity = 4;
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Offer_ManyFrames_AsksForAFileWhenThereAreEnoughAndThenEveryTenMinutes()
    {
        var form = new PixelForm(new Datasets.Normalization([0, 0, 0], [1, 1, 1]), TinyImages.Size, TinyImages.Size);
        var store = new CanaryStore(new CanaryFrames(Capacity, form), new CanaryFile(_folder.File("canary.npy"), form, Capacity, new ListLogger()), Capacity, _time);
        for (int frame = 1; frame < Capacity; frame++)
        {
            Assert.False(Offer(store, frame));
        }

        Assert.True(Offer(store, Capacity));
        store.Save();
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        for (int frame = 0; frame < 32; frame++)
        {
            Assert.False(Offer(store, frame));
        }

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(store.IsSaveDue);
        store.Save();
        Assert.False(store.IsSaveDue);
    }

    private static bool Offer(CanaryStore store, int frame) => store.Offer(TinyClassifier.ToTensor(TinyImages.Render(frame, 1).Frames).Sample(0), frame % 3);
}
