namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>What became of requests while parameters were swapped.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Swaps">Swaps.</param>
/// <param name="Failed">Requests that got no answer.</param>
/// <param name="Mixed">Answers that differ, be it in one bit, from those of the version that they name.</param>
/// <param name="Steady">Milliseconds of an answer before the first swap.</param>
/// <param name="Swapping">Milliseconds of an answer while parameters were swapped.</param>
/// <param name="SwappingTime">How long the swaps went on.</param>
/// <param name="BytesBefore">Memory resident before the first swap.</param>
/// <param name="BytesAfter">Memory resident after the last request.</param>
internal sealed record LoadReport(int Requests, int Swaps, long Failed, long Mixed, Percentiles Steady, Percentiles Swapping, TimeSpan SwappingTime, long BytesBefore, long BytesAfter)
{
    /// <summary>How often parameters were swapped; 0 where they never were.</summary>
    public double SwapsPerMinute => SwappingTime > TimeSpan.Zero ? Swaps / SwappingTime.TotalMinutes : 0;

    /// <summary>p99 while swapping over p99 before.</summary>
    public double P99Ratio => Swapping.P99 / Steady.P99;

    /// <summary>Memory after over memory before.</summary>
    public double MemoryRatio => (double)BytesAfter / BytesBefore;
}
