using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Cli.Verbs;

/// <summary>What `adapt` did; its JSON form. Depends on the inputs alone: no time, no machine.</summary>
/// <param name="Student">The edge model's file.</param>
/// <param name="StudentSha256">Its hash.</param>
/// <param name="Teacher">The foundation model's file.</param>
/// <param name="TeacherSha256">Its hash.</param>
/// <param name="Samples">Samples in the file.</param>
/// <param name="SamplesTrained">Samples that were in a step.</param>
/// <param name="SamplesBroken">Samples left out because they hold NaN or infinite values.</param>
/// <param name="SamplesLeft">Samples left over at the end, fewer than a batch.</param>
/// <param name="Options">Every constant.</param>
/// <param name="Steps">Each step's losses.</param>
internal sealed record AdaptLog(
    string Student, string StudentSha256, string Teacher, string TeacherSha256, long Samples, long SamplesTrained, long SamplesBroken, long SamplesLeft,
    CemaOptions Options, IReadOnlyList<AdaptationStep> Steps);
