namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// Class probabilities, the largest <see cref="MaximumClasses"/> of them: of a thousand classes the others add up to little, and an outbox of
/// ten thousand samples must not hold ten million numbers.
/// </summary>
public sealed record Prediction
{
    /// <summary>Probabilities that are kept.</summary>
    public const int MaximumClasses = 16;

    /// <summary>Classes, ascending.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>Their probabilities, 0 to 1, in the same order; what they lack to 1 is spread over the other classes.</summary>
    public required IReadOnlyList<float> Probabilities { get; init; }

    /// <summary>Keeps the largest of some probabilities <c>[K]</c>; of equal ones those of the first classes. NaN counts as 0.</summary>
    public static Prediction Of(ReadOnlySpan<float> probabilities)
    {
        float[] values = probabilities.ToArray();
        int[] classes = [.. Enumerable.Range(0, values.Length).OrderByDescending(k => float.IsNaN(values[k]) ? 0 : values[k]).Take(MaximumClasses).Order()];
        return new Prediction { Classes = classes, Probabilities = [.. classes.Select(k => float.IsNaN(values[k]) ? 0 : Math.Clamp(values[k], 0, 1))] };
    }

    /// <summary>
    /// The Hellinger distance sqrt(1 − Σ sqrt(p q)), from 0 for equal predictions to 1 for those without a common class. It is used because it is
    /// bounded, symmetric, and defined where a probability is 0, as the Kullback-Leibler divergence is not. With more than
    /// <see cref="MaximumClasses"/> classes those that were not kept count as one class.
    /// </summary>
    public double DistanceTo(Prediction other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double overlap = Math.Sqrt(Rest() * other.Rest());
        for (int i = 0, j = 0; i < Classes.Count && j < other.Classes.Count;)
        {
            int order = Classes[i].CompareTo(other.Classes[j]);
            if (order == 0)
            {
                overlap += Math.Sqrt((double)Probabilities[i] * other.Probabilities[j]);
            }

            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return Math.Sqrt(Math.Max(0, 1 - overlap));
    }

    /// <summary>Whether it is one: as many classes as probabilities, and those from 0 to 1.</summary>
    internal bool IsUsable => Classes is not null && Probabilities is not null && Classes.Count == Probabilities.Count && Probabilities.All(p => p is >= 0 and <= 1);

    private double Rest() => Math.Max(0, 1 - Probabilities.Sum(p => (double)p));
}
