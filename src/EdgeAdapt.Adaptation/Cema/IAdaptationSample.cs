namespace EdgeAdapt.Adaptation;

/// <summary>
/// An uploaded sample as the replay buffer keeps it: a handle, not its pixels. Ten thousand images of 224 × 224 would fill
/// 6 GB as floats.
/// </summary>
public interface IAdaptationSample
{
    /// <summary>What finds the sample again after a restart; unique among the samples of one adapter.</summary>
    string Id { get; }

    /// <summary>Writes the preprocessed image <c>[C, H, W]</c>, the same values at each call.</summary>
    /// <param name="destination">
    /// Receives C·H·W values. A sample that cannot be read any more fills it with NaN: the adapter leaves it out and counts it.
    /// </param>
    void CopyTo(Span<float> destination);
}
