namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>One adaptation step, for display.</summary>
/// <param name="Step">Counts up from 1 within a session; a step that diverged has the number of the next good one.</param>
/// <param name="Time">When it ended.</param>
/// <param name="Version">The parameter version it made, or null where it diverged.</param>
/// <param name="Samples">New samples in it.</param>
/// <param name="TeacherLoss">The teacher's entropy loss, or null where the teacher was not trained.</param>
/// <param name="StudentLoss">The student's whole loss.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Fault">Why its result was thrown away, or null.</param>
public sealed record StepRecord(
    long Step, DateTimeOffset Time, long? Version, int Samples, double? TeacherLoss, double StudentLoss, double Milliseconds, string? Fault);
