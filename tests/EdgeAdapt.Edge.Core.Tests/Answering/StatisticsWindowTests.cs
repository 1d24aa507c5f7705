using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

public sealed class StatisticsWindowTests
{
    [Fact]
    public void Take_FramesInAnArrayThatIsReused_GivesEachFrameAsItWas()
    {
        var window = new StatisticsWindow(3, [1, 1, 2]);
        FloatTensor first = Fill(window, 0);
        FloatTensor second = Fill(window, 10);
        Assert.Equal([3L, 1, 1, 2], first.Shape);
        Assert.Equal([0f, 0, 1, 1, 2, 2], first.Values);
        Assert.Equal([10f, 10, 11, 11, 12, 12], second.Values);
    }

    [Fact]
    public void Pass_FramesOfABatchThatNobodyTakes_FillItWithoutMemory()
    {
        var window = new StatisticsWindow(2, [1, 1, 1000]);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(window.IsEmpty);
        window.Pass();
        Assert.False(window.IsEmpty);
        window.Pass();
        Assert.True(window.IsFull);
        window.Clear();
        Assert.True(window.IsEmpty);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Clear_BatchThatIsNotWanted_ServesTheNextWithoutNewMemory()
    {
        var window = new StatisticsWindow(2, [1, 1, 1000]);
        float[] image = new float[1000];
        window.Add(image);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 9; i++)
        {
            window.Add(image);
            Assert.True(window.IsFull);
            window.Clear();
            window.Add(image);
            Assert.False(window.IsFull);
        }

        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    private static FloatTensor Fill(StatisticsWindow window, float first)
    {
        float[] image = new float[2];
        while (!window.IsFull)
        {
            Array.Fill(image, first++);
            window.Add(image);
        }

        return window.Take();
    }
}
