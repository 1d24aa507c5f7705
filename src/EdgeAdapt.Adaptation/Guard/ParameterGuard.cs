using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>Decides on each new batch of uploads which parameters training goes on from. One owner; what it remembers is <see cref="State"/>.</summary>
/// <param name="options">When to decide against the current parameters.</param>
/// <param name="source">The parameters of the model file.</param>
/// <param name="temperature">Of the answers that are compared, above 0: the one trained with. Answers learnt at 3 are not made to be right at 1, and would lose there.</param>
internal sealed class ParameterGuard(GuardOptions options, IReadOnlyList<LayerParameters> source, float temperature = 1)
{
    private const double SmallestProbability = 1e-12;

    public GuardState State { get; set; } = GuardState.Empty;

    /// <summary>Compares the current parameters with the others on uploads that nothing has learnt from yet.</summary>
    /// <param name="current">The parameters that would be trained.</param>
    /// <param name="targets">What is to be answered, logits <c>[N, K]</c>.</param>
    /// <param name="sourceAnswers">What the source answers the uploads under statistics of its own, logits <c>[N, K]</c>.</param>
    /// <param name="forward">Answers the uploads with the scale and bias of given parameters.</param>
    /// <returns>The decision and the parameters to go on from.</returns>
    public (GuardOutcome Outcome, IReadOnlyList<LayerParameters> Parameters) Judge(
        IReadOnlyList<LayerParameters> current, FloatTensor targets, FloatTensor sourceAnswers, Func<IReadOnlyList<LayerParameters>, FloatTensor> forward)
    {
        // Before the first step the current parameters are the source's, and none has been left.
        if (State.Steps == 0)
        {
            State = State with { Steps = 1 };
            return (GuardOutcome.Kept, current);
        }

        double[] own = CrossEntropies(targets, forward(current), temperature);
        Candidate[] candidates =
        [
            .. State.Stored.Select(s => Candidate.Of(s, own, CrossEntropies(targets, forward(s.Parameters), temperature), options.Memory)),
            Candidate.Of(new StoredParameters(source, State.Source), own, CrossEntropies(targets, sourceAnswers, temperature), options.Memory),
        ];
        StoredParameters[] stored = [.. candidates[..^1].Select(c => c.Set)];
        if (!candidates.Any(c => IsBetter(c.Set.Score)))
        {
            State = new GuardState(State.Steps + 1, candidates[^1].Set.Score, stored);
            return (GuardOutcome.Kept, current);
        }

        // What the memory holds of a condition that has just ended speaks against the set of the one that returns: the newest uploads choose.
        StoredParameters best = candidates.MaxBy(c => c.Newest)!.Set;
        bool restored = ReferenceEquals(best.Parameters, source);
        IEnumerable<StoredParameters> left = stored.Where(s => !ReferenceEquals(s, best)).Select(s => s with { Score = GuardScore.Empty });
        if (State.Steps >= options.StepsToStore)
        {
            left = left.Append(new StoredParameters(current, GuardScore.Empty));
        }

        State = new GuardState(restored ? 1 : options.StepsToStore, GuardScore.Empty, [.. left.TakeLast(options.StoredSets)]);
        return (restored ? GuardOutcome.Restored : GuardOutcome.Reused, best.Parameters);
    }

    /// <summary>−Σ q log p of each sample with logits divided by the temperature, nats; an answer that is not finite counts as certain of the wrong class.</summary>
    internal static double[] CrossEntropies(FloatTensor targets, FloatTensor answers, float temperature)
    {
        double[] losses = new double[targets.Count];
        float[] q = new float[targets.SampleLength];
        float[] p = new float[targets.SampleLength];
        for (int i = 0; i < losses.Length; i++)
        {
            Soften(targets.Sample(i), temperature, q);
            Soften(answers.Sample(i), temperature, p);
            for (int k = 0; k < p.Length; k++)
            {
                double probability = float.IsFinite(p[k]) ? p[k] : 0;
                losses[i] -= float.IsFinite(q[k]) ? q[k] * Math.Log(Math.Max(probability, SmallestProbability)) : 0;
            }
        }

        return losses;
    }

    private static void Soften(ReadOnlySpan<float> logits, float temperature, Span<float> probabilities)
    {
        for (int k = 0; k < logits.Length; k++)
        {
            probabilities[k] = logits[k] / temperature;
        }

        Logits.Softmax(probabilities, probabilities);
    }

    private bool IsBetter(GuardScore score) => score.Mean > 0 && score.Mean > options.Significance * score.StandardError;

    /// <param name="Set">The set with these uploads in its score.</param>
    /// <param name="Newest">How much better it answered these uploads alone, nats a sample.</param>
    private sealed record Candidate(StoredParameters Set, double Newest)
    {
        public static Candidate Of(StoredParameters set, double[] own, double[] other, int memory) =>
            new(set with { Score = set.Score.With(own, other, memory) }, GuardScore.Empty.With(own, other, memory).Mean);
    }
}
