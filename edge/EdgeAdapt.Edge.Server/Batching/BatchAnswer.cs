namespace EdgeAdapt.Edge.Server.Batching;

/// <summary>The logits of one request.</summary>
/// <param name="Logits">One row <c>[K]</c> an image, all computed by one state of the model.</param>
/// <param name="Version">Version of its parameter set.</param>
/// <param name="StatisticsGeneration">How often its statistics had been refreshed.</param>
internal sealed record BatchAnswer(IReadOnlyList<float[]> Logits, long Version, long StatisticsGeneration)
{
    /// <summary>Why the model failed; null where it did not. The rows are then not finite, so that the watch over the parameter set takes them as failures too.</summary>
    public string? Fault { get; init; }
}
