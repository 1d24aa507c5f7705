namespace EdgeAdapt.Observability.Otlp;

/// <summary>What is exported, and whose it is.</summary>
/// <param name="Service">The service's name, for example <c>edgeadapt-edge</c>.</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="Instance">Which one of them, for example the device's name.</param>
/// <param name="Attributes">More that is said of it.</param>
/// <param name="Sources">Names of the activity sources and meters.</param>
public sealed record OtlpTarget(
    string Service, string? Version, string Instance, IReadOnlyDictionary<string, object> Attributes, IReadOnlyList<string> Sources);
