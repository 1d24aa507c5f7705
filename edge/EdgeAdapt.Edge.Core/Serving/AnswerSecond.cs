namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>The answers of about a second, summed up.</summary>
/// <param name="Number">Number of this second among those that had answers, from 0.</param>
/// <param name="Start">When its first frame came.</param>
/// <param name="Answers">Answers in it, at least 1.</param>
/// <param name="EntropySum">Sum of their entropies, nats.</param>
/// <param name="LowestEntropy">The lowest, nats.</param>
/// <param name="HighestEntropy">The highest, nats.</param>
/// <param name="ConfidenceSum">Sum of the probabilities of the answered classes.</param>
/// <param name="Kept">Frames put into the outbox.</param>
public readonly record struct AnswerSecond(
    long Number, DateTimeOffset Start, int Answers, double EntropySum, float LowestEntropy, float HighestEntropy, double ConfidenceSum, int Kept)
{
    /// <summary>Mean entropy, nats.</summary>
    public double MeanEntropy => EntropySum / Answers;

    /// <summary>Mean confidence, 0 to 1.</summary>
    public double MeanConfidence => ConfidenceSum / Answers;

    internal AnswerSecond With(in AnswerRecord answer) => this with
    {
        Answers = Answers + 1,
        EntropySum = EntropySum + answer.Entropy,
        LowestEntropy = Math.Min(LowestEntropy, answer.Entropy),
        HighestEntropy = Math.Max(HighestEntropy, answer.Entropy),
        ConfidenceSum = ConfidenceSum + answer.Confidence,
        Kept = Kept + (answer.Kept ? 1 : 0),
    };
}
