using EdgeAdapt.Datasets;

namespace EdgeAdapt.Cli.Evaluation;

/// <summary>One method over all corruptions.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Corruptions">How many corruptions enter the means: all but "clean".</param>
/// <param name="Accuracy">Mean over them; null where only "clean" was there.</param>
/// <param name="UploadedFraction">Mean over them, likewise.</param>
/// <param name="CleanAccuracy">On "clean", or null where the folder has none.</param>
/// <param name="BytesUp">Total, "clean" included.</param>
/// <param name="BytesDown">Total, "clean" included.</param>
/// <param name="Seconds">Total, "clean" included.</param>
internal sealed record EvaluationSummary(
    string Method, int Corruptions, double? Accuracy, double? UploadedFraction, double? CleanAccuracy, long BytesUp, long BytesDown, double Seconds)
{
    public static EvaluationSummary Of(string method, IReadOnlyList<EvaluationRow> rows)
    {
        EvaluationRow[] own = [.. rows.Where(r => r.Method == method)];
        EvaluationRow[] shifted = [.. own.Where(r => r.Corruption != CorruptionFolder.Clean)];
        return new EvaluationSummary(
            method, shifted.Length,
            shifted.Length == 0 ? null : shifted.Average(r => r.Accuracy),
            shifted.Length == 0 ? null : shifted.Average(r => r.UploadedFraction),
            own.FirstOrDefault(r => r.Corruption == CorruptionFolder.Clean)?.Accuracy,
            own.Sum(r => r.BytesUp), own.Sum(r => r.BytesDown), own.Sum(r => r.Seconds));
    }
}
