namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>Answers of some frames, counted. Immutable.</summary>
/// <param name="Frames">Answered frames in it.</param>
/// <param name="MeanEntropy">Mean entropy as a share of ln K, 0 to 1; NaN for no frame.</param>
/// <param name="MeanConfidence">Mean probability of the answered class; NaN for no frame.</param>
/// <param name="Entropy">
/// Frames by entropy as a share of ln K: bin i of <see cref="Bins"/> holds i / <see cref="Bins"/> up to, but without, (i + 1) / <see cref="Bins"/>; the last one holds 1 too.
/// </param>
/// <param name="Confidence">Frames by probability of the answered class, in the same bins.</param>
/// <param name="Classes">Frames by answered class, K entries.</param>
public sealed record DriftWindow(
    long Frames, double MeanEntropy, double MeanConfidence, IReadOnlyList<long> Entropy, IReadOnlyList<long> Confidence, IReadOnlyList<long> Classes)
{
    /// <summary>Bins of a histogram over 0 to 1.</summary>
    public const int Bins = 20;
}
