using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>The cells of an evaluation in the order of its tables.</summary>
internal static class CellPlan
{
    /// <summary>Every combination, but one alone for methods that learn where they infer: neither a delay nor the form of uploads would change anything.</summary>
    public static EvaluationCell[] Of(EvaluationOptions options, IReadOnlyList<string> conditions) =>
    [
        .. from protocol in options.Protocols.Distinct()
           from batch in options.Batches.Distinct()
           from method in options.Methods.Distinct()
           from delay in MethodCatalog.Find(method).HasDelay ? options.Delays.Distinct() : [0]
           from seed in options.Seeds.Distinct()
           from corruption in ImageStream.Parts(protocol, conditions)
           from upload in MethodCatalog.Find(method).HasDelay ? options.Uploads.Distinct() : options.Uploads.Take(1)
           select new EvaluationCell(method, protocol, corruption, batch, delay, seed) { Upload = upload },
    ];
}
