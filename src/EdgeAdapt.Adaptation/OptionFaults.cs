namespace EdgeAdapt.Adaptation;

/// <summary>Turns the faults of an options record into one exception that names them all.</summary>
internal static class OptionFaults
{
    public static void ThrowIfAny(IReadOnlyList<string> faults, string parameter)
    {
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), parameter);
        }
    }

    /// <summary>A message for each rule that does not hold.</summary>
    /// <param name="rules">Whether it holds, of which option with which value, and what to give instead.</param>
    public static IReadOnlyList<string> Of(params (bool Holds, string Name, object? Value, string Remedy)[] rules) =>
        [.. rules.Where(r => !r.Holds).Select(r => $"{r.Name} is {r.Value}; {r.Remedy}.")];

    /// <summary>The rule of η.</summary>
    public static (bool Holds, string Name, object? Value, string Remedy) LearningRate(float value) =>
        (value > 0 && float.IsFinite(value), nameof(LearningRate), value, "give a finite number above 0, for example 5e-3");

    /// <summary>The rule of a gradient descent's momentum.</summary>
    public static (bool Holds, string Name, object? Value, string Remedy) Momentum(float value) =>
        (value >= 0 && value < 1, nameof(Momentum), value, "give a number from 0 and below 1, for example 0.9");

    /// <summary>The rule of an entropy bound as a share of ln K.</summary>
    public static (bool Holds, string Name, object? Value, string Remedy) EntropyShare(string name, double value) =>
        (value > 0 && value <= 1, name, value, "give a share of ln(classes) above 0 and at most 1, for example 0.4");
}
