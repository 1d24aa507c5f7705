namespace EdgeAdapt.Adaptation;

/// <summary>
/// The value that just a share of a stream exceeds, so that samples that come one at a time are chosen as they would be from a whole batch. Credit alone would take the first that comes.
/// A quantile is followed by stochastic approximation (Robbins and Monro 1951): each sample that passes raises it by (1 − share) steps, each that does not lowers it by share steps.
/// Not thread safe.
/// </summary>
internal sealed class ShareFloor
{
    // Of the range: the quantile is an average over about as many kept samples, and a jump of the whole range takes as many.
    private const double StepShare = 1.0 / 32;

    /// <summary>The value that a sample must reach.</summary>
    public double Value { get; private set; }

    /// <summary>Judges a sample and learns from it.</summary>
    /// <param name="value">The sample's value, a number.</param>
    /// <param name="eligible">Whether it may pass at all.</param>
    /// <param name="share">The share of all samples that should pass, 0 to 1.</param>
    /// <param name="lowest">The least that the floor may be.</param>
    /// <param name="highest">The most.</param>
    /// <returns>Whether it passes.</returns>
    public bool Passes(double value, bool eligible, double share, double lowest, double highest)
    {
        Value = Math.Clamp(Value, lowest, Math.Max(lowest, highest));
        bool passes = eligible && value >= Value;
        Value = Math.Clamp(Value + (StepShare * (highest - lowest) * ((passes ? 1 : 0) - share)), lowest, Math.Max(lowest, highest));
        return passes;
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset() => Value = 0;
}
