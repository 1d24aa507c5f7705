namespace EdgeAdapt.Evaluation;

/// <summary>What `evaluate` measured; its JSON form.</summary>
/// <param name="Student">The edge model's name.</param>
/// <param name="StudentSha256">Its hash.</param>
/// <param name="Teacher">The foundation model's name, or null.</param>
/// <param name="TeacherSha256">Its hash, or null.</param>
/// <param name="Data">The file or folder of images.</param>
/// <param name="Images">Images of each condition that were used; of the largest, where they differ.</param>
/// <param name="Protocol">The first protocol; each row has its own.</param>
/// <param name="Batch">The first batch; each row has its own.</param>
/// <param name="Seed">The first seed; each row has its own.</param>
/// <param name="Upload">How uploads were encoded: the first form ("raw", "jpeg-95"); of several, rows have their own.</param>
/// <param name="Parameters">How parameter sets were encoded.</param>
/// <param name="ParameterSetBytes">Bytes of one set so encoded.</param>
/// <param name="Notes">What a reader must know about single methods.</param>
/// <param name="Rows">One a method and condition.</param>
/// <param name="Summary">One a method, protocol, batch and delay.</param>
/// <param name="Timelines">One a stream that runs through all conditions.</param>
public sealed record EvaluationReport(
    string Student, string StudentSha256, string? Teacher, string? TeacherSha256, string Data, int Images, EvaluationProtocol Protocol,
    int Batch, ulong Seed, string Upload, ParameterEncoding Parameters, long ParameterSetBytes, IReadOnlyList<string> Notes,
    IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<EvaluationSummary> Summary, IReadOnlyList<EvaluationTimeline> Timelines);
