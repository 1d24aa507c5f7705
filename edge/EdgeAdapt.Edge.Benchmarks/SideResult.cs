namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>What one side of `bench edge` measured in a process of its own.</summary>
/// <param name="Frames">Frames answered while the clock ran.</param>
/// <param name="Seconds">How long they took.</param>
/// <param name="Milliseconds">Of one frame.</param>
/// <param name="ResidentBytes">Memory resident at the end.</param>
/// <param name="PeakBytes">The most memory resident at once.</param>
/// <param name="Statistics">Refreshes of the statistics, those of the warm-up too.</param>
/// <param name="Samples">Frames that were selected, those of the warm-up too.</param>
internal sealed record SideResult(int Frames, double Seconds, Percentiles Milliseconds, long ResidentBytes, long PeakBytes, long Statistics, long Samples)
{
    /// <summary>Frames a second.</summary>
    public double Rate => Frames / Seconds;
}
