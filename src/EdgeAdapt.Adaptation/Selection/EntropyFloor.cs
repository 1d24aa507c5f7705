namespace EdgeAdapt.Adaptation;

/// <summary>
/// E_min as a bound of the kept share moves it: the entropy that just this share of the stream exceeds, so that samples that come one at a time are chosen as they would be from a whole
/// batch. Credit alone would take the first that comes. A quantile is followed by stochastic approximation (Robbins and Monro 1951): each sample that passes raises it by
/// (1 − share) steps, each that does not lowers it by share steps. Not thread safe.
/// </summary>
internal sealed class EntropyFloor
{
    // Of the range between the thresholds: the quantile is an average over about as many kept samples, and a jump of the whole range takes as many.
    private const double StepShare = 1.0 / 32;

    /// <summary>The entropy that a sample must reach, nats.</summary>
    public double Value { get; private set; }

    /// <summary>Judges a sample and learns from it.</summary>
    /// <param name="entropy">H in nats, a number.</param>
    /// <param name="eligible">Whether the thresholds keep it.</param>
    /// <param name="share">The share of all samples that should pass, 0 to 1.</param>
    /// <param name="lowest">The lower threshold, nats.</param>
    /// <param name="highest">The upper threshold, nats.</param>
    /// <returns>Whether it is kept.</returns>
    public bool Passes(float entropy, bool eligible, double share, double lowest, double highest)
    {
        Value = Math.Clamp(Value, lowest, Math.Max(lowest, highest));
        bool passes = eligible && entropy >= Value;
        Value = Math.Clamp(Value + (StepShare * (highest - lowest) * ((passes ? 1 : 0) - share)), lowest, Math.Max(lowest, highest));
        return passes;
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset() => Value = 0;
}
