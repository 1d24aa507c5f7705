namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>What a change detector made of one kind of stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Block">Frames whose mean is one value.</param>
/// <param name="Detector">The detector.</param>
/// <param name="FalseAlarms">Alarms without a change.</param>
/// <param name="Frames">Frames without a change.</param>
/// <param name="Jumps">What it made of jumps, one entry a size.</param>
internal sealed record DriftBenchRow(string Stream, int Block, string Detector, int FalseAlarms, long Frames, IReadOnlyList<DriftBenchJump> Jumps);
