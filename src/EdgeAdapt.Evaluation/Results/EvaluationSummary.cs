using EdgeAdapt.Datasets;

namespace EdgeAdapt.Evaluation;

/// <summary>One method under one protocol, batch and delay, over all conditions and seeds.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Corruptions">How many conditions enter the means: all but "clean".</param>
/// <param name="Accuracy">Mean over them; null where only "clean" was there.</param>
/// <param name="UploadedFraction">Mean over them, likewise.</param>
/// <param name="CleanAccuracy">On "clean", or null where the data has none.</param>
/// <param name="BytesUp">Total of one seed, "clean" included (mean over the seeds, rounded).</param>
/// <param name="BytesDown">Total of one seed, likewise.</param>
/// <param name="Seconds">Total of all seeds, "clean" included.</param>
/// <param name="Protocol">In which order images came.</param>
/// <param name="Batch">Images in a batch at the edge.</param>
/// <param name="Delay">Batches between an upload and the parameters learnt from it.</param>
/// <param name="Seeds">How many seeds there were.</param>
/// <param name="AccuracyDeviation">Sample standard deviation of <see cref="Accuracy"/> over the seeds; null for a single one.</param>
/// <param name="LowestAccuracy">The accuracy on the worst condition, averaged over seeds and rounds.</param>
/// <param name="ParameterSets">Parameter sets of one seed, likewise.</param>
/// <param name="BytesPerImage">Bytes up and down together for each image seen.</param>
/// <param name="OnFront">Whether no method under the same protocol and batch is more accurate for as many bytes.</param>
public sealed record EvaluationSummary(
    string Method, int Corruptions, double? Accuracy, double? UploadedFraction, double? CleanAccuracy, long BytesUp, long BytesDown, double Seconds,
    EvaluationProtocol Protocol, int Batch, int Delay, int Seeds, double? AccuracyDeviation, double LowestAccuracy, long ParameterSets, double BytesPerImage, bool OnFront)
{
    /// <summary>How uploads were encoded ("png", "jpeg-75"), where several encodings were compared and the method sends to a cloud; null elsewhere.</summary>
    public string? Upload { get; init; }

    /// <summary>The accuracy that methods are compared by: the mean over the corruptions, or that on "clean" where there is nothing else.</summary>
    public double Compared => Accuracy ?? CleanAccuracy ?? 0;

    /// <summary>Adds up rows of one method, protocol, batch, delay and form of uploads; at least one.</summary>
    public static EvaluationSummary Of(IReadOnlyList<EvaluationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        EvaluationRow[] shifted = [.. rows.Where(r => r.Corruption != CorruptionFolder.Clean)];
        EvaluationRow[] clean = [.. rows.Where(r => r.Corruption == CorruptionFolder.Clean)];
        double[] seeds = [.. shifted.GroupBy(r => r.Seed).Select(g => g.Average(r => r.Accuracy))];
        int count = rows.Select(r => r.Seed).Distinct().Count();
        long up = Rounded(rows.Sum(r => r.BytesUp), count), down = Rounded(rows.Sum(r => r.BytesDown), count);
        return new EvaluationSummary(
            rows[0].Method, shifted.Select(r => r.Corruption).Distinct().Count(),
            shifted.Length == 0 ? null : shifted.Average(r => r.Accuracy),
            shifted.Length == 0 ? null : shifted.Average(r => r.UploadedFraction),
            clean.Length == 0 ? null : clean.Average(r => r.Accuracy),
            up, down, Math.Round(rows.Sum(r => r.Seconds), 3),
            rows[0].Protocol, rows[0].Batch, rows[0].Delay, count,
            seeds.Length < 2 ? null : Math.Sqrt(seeds.Sum(s => Math.Pow(s - seeds.Average(), 2)) / (seeds.Length - 1)),
            rows.GroupBy(r => r.Corruption).Min(g => g.Average(r => r.Accuracy)),
            Rounded(rows.Sum(r => r.ParameterSets), count), (double)(rows.Sum(r => r.BytesUp) + rows.Sum(r => r.BytesDown)) / rows.Sum(r => (long)r.Images), false)
        {
            Upload = rows[0].Upload,
        };
    }

    private static long Rounded(long sum, int count) => (long)Math.Round((double)sum / count);
}
