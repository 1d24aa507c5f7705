namespace EdgeAdapt.Adaptation;

/// <summary>Constants of <see cref="PageHinkley"/>. Deviations are counted in standard deviations of the values, so that they suit values of any scale.</summary>
public sealed record PageHinkleyOptions
{
    /// <summary>Values from which mean and standard deviation are learnt before the test begins, at least 8.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>
    /// δ, at least 0: deviations of the mean that are let pass. Half of the shift to be found is the best choice for it (Page, Biometrika 1954, for known means).
    /// </summary>
    public double Tolerance { get; init; } = 0.5;

    /// <summary>λ, above 0: the sum of deviations that raises the alarm.</summary>
    public double Threshold { get; init; } = 20;

    /// <summary>The most that one value counts, above <see cref="Tolerance"/>: a single odd value is no change of the mean.</summary>
    public double LargestDeviation { get; init; } = 5;

    /// <summary>The standard deviation that values are taken to have at least, above 0, in their own unit: those of a dead picture have none.</summary>
    public double SmallestSpread { get; init; } = 1e-3;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults() => OptionFaults.Of(
        (WarmUp >= 8, Name(nameof(WarmUp)), WarmUp, "give at least 8 values, for example 100"),
        (Tolerance >= 0 && double.IsFinite(Tolerance), Name(nameof(Tolerance)), Tolerance, "give a finite number of at least 0, for example 0.5"),
        (Threshold > 0 && double.IsFinite(Threshold), Name(nameof(Threshold)), Threshold, "give a finite number above 0, for example 20"),
        (LargestDeviation > Tolerance, Name(nameof(LargestDeviation)), LargestDeviation, $"give a number above {nameof(Tolerance)}, for example 5"),
        (SmallestSpread > 0 && double.IsFinite(SmallestSpread), Name(nameof(SmallestSpread)), SmallestSpread, "give a finite number above 0, for example 0.001"));

    private static string Name(string option) => $"{nameof(PageHinkley)}.{option}";
}
