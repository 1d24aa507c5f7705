namespace EdgeAdapt.Cli.Evaluation;

/// <summary>What `evaluate` measured; its JSON form.</summary>
/// <param name="Student">The edge model's file.</param>
/// <param name="StudentSha256">Its hash.</param>
/// <param name="Teacher">The foundation model's file, or null.</param>
/// <param name="TeacherSha256">Its hash, or null.</param>
/// <param name="Data">The folder of corruptions.</param>
/// <param name="Images">Images of each corruption that were used.</param>
/// <param name="Protocol">What happens between corruptions.</param>
/// <param name="Batch">Images a batch at the edge.</param>
/// <param name="Seed">Seed of all random draws.</param>
/// <param name="Rows">One a method and corruption.</param>
/// <param name="Summary">One a method.</param>
internal sealed record EvaluationReport(
    string Student, string StudentSha256, string? Teacher, string? TeacherSha256, string Data, int Images, EvaluationProtocol Protocol,
    int Batch, ulong Seed, IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<EvaluationSummary> Summary);
