using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>Puts the results of all cells together.</summary>
internal static class ReportBuilder
{
    public static EvaluationReport Build(EvaluationSubject subject, EvaluationOptions options, IReadOnlyList<string> inClassOrder, int images, IReadOnlyList<CellResult> results)
    {
        long setBytes = SetSizes.Of(subject.Student, options.Parameters);
        string? UploadOf(EvaluationCell cell) => options.Uploads.Distinct().Count() > 1 && MethodCatalog.Find(cell.Method).HasDelay ? cell.Upload.Name : null;
        EvaluationRow[] rows = [.. results.SelectMany(r => r.Tallies.Select(t => EvaluationRow.Of(r.Cell, t, setBytes) with { Upload = UploadOf(r.Cell) }))];
        EvaluationSummary[] summaries =
        [
            .. rows.GroupBy(r => (r.Protocol, r.Batch, r.Method, r.Delay, r.Upload)).Select(g => EvaluationSummary.Of([.. g])),
        ];
        return new EvaluationReport(
            subject.Student.Model.Name, subject.Student.Model.Sha256, subject.Teacher?.Model.Name, subject.Teacher?.Model.Sha256, subject.Data.Path,
            images, options.Protocols[0], options.Batches[0], options.Seeds[0], options.Uploads[0].Name, options.Parameters, setBytes, Notes(options, inClassOrder),
            rows, ParetoFront.Mark(summaries),
            [
                .. results.Where(r => r.Cell.Corruption is null)
                    .Select(r => new EvaluationTimeline(r.Cell.Method, r.Cell.Protocol, r.Cell.Batch, r.Cell.Delay, r.Cell.Seed, r.Timeline) { Upload = UploadOf(r.Cell) }),
            ]);
    }

    private static List<string> Notes(EvaluationOptions options, IReadOnlyList<string> inClassOrder)
    {
        var notes = new List<string>();
        string[] local = [.. options.Methods.Where(m => !MethodCatalog.Find(m).HasDelay)];
        if (options.Delays.Any(d => d > 0) && local.Length > 0)
        {
            notes.Add($"A delay has no meaning for {string.Join(", ", local)}: they learn where they infer, and were measured without one.");
        }

        if (inClassOrder.Count > 0)
        {
            notes.Add($"Stored class by class, and shown in a fixed shuffled order: {string.Join(", ", inClassOrder)}. For runs of one class there is the correlated protocol.");
        }

        return notes;
    }
}
