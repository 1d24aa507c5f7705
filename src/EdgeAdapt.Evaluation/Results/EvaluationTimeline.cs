namespace EdgeAdapt.Evaluation;

/// <summary>Accuracy along a stream that runs through all conditions.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Protocol">In which order images came.</param>
/// <param name="Batch">Images in a batch at the edge.</param>
/// <param name="Delay">Batches between an upload and the parameters learnt from it.</param>
/// <param name="Seed">Seed of all random draws.</param>
/// <param name="Windows">The stream from its start in stretches of about a hundred images.</param>
public sealed record EvaluationTimeline(
    string Method, EvaluationProtocol Protocol, int Batch, int Delay, ulong Seed, IReadOnlyList<TimelineWindow> Windows)
{
    /// <summary>How uploads were encoded ("png", "jpeg-75"), where several encodings were compared and the method sends to a cloud; null elsewhere.</summary>
    public string? Upload { get; init; }
}
