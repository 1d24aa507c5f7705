namespace EdgeAdapt.Evaluation;

/// <summary>What one cell measured; the content of its file.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Fingerprint">Hash of everything else that the result depends on: models, data, options and this program.</param>
/// <param name="Tallies">One a condition and round, in the order of the stream.</param>
/// <param name="Timeline">The stream from its start in stretches of about a hundred images.</param>
public sealed record CellResult(
    EvaluationCell Cell, string Fingerprint, IReadOnlyList<ConditionTally> Tallies, IReadOnlyList<TimelineWindow> Timeline);
