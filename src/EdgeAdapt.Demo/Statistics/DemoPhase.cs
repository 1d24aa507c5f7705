namespace EdgeAdapt.Demo.Statistics;

/// <summary>A stretch of the stream under one condition.</summary>
/// <param name="Name">The condition, for people.</param>
/// <param name="First">Index of its first frame.</param>
/// <param name="Count">Its number of frames.</param>
internal sealed record DemoPhase(string Name, int First, int Count)
{
    /// <summary>Index of the frame after its last one.</summary>
    public int End => First + Count;
}
