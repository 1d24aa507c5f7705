namespace EdgeAdapt.Testing.Metrics;

/// <summary>One line of an exposition that carries a number.</summary>
public sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
