namespace EdgeAdapt.Adaptation;

/// <summary>Constants of <see cref="Adwin"/>.</summary>
public sealed record AdwinOptions
{
    /// <summary>δ, above 0 and below 1: the smaller, the larger a difference must be. About the probability that a cut takes chance for a change, where values are independent and means of them near normal.</summary>
    public double Confidence { get; init; } = 0.002;

    /// <summary>M, buckets of one size before two of them become one, at least 2: memory is M + 1 buckets for each doubling of the window.</summary>
    public int Buckets { get; init; } = 5;

    /// <summary>Values between two looks at the window, at least 1.</summary>
    public int Clock { get; init; } = 4;

    /// <summary>Fewest values on each side of a cut, at least 1.</summary>
    public int SmallestSide { get; init; } = 5;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (Confidence > 0 && Confidence < 1, "Adwin." + nameof(Confidence), Confidence, "give a number above 0 and below 1, for example 0.002"),
        (Buckets is >= 2 and <= 64, "Adwin." + nameof(Buckets), Buckets, "give 2 to 64 buckets, for example 5"),
        (Clock >= 1, "Adwin." + nameof(Clock), Clock, "give at least 1 value, for example 4"),
        (SmallestSide >= 1, "Adwin." + nameof(SmallestSide), SmallestSide, "give at least 1 value, for example 5"));
}
