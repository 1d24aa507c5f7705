namespace EdgeAdapt.Contracts;

/// <summary>A change of its stream that a device has found.</summary>
public sealed record TelemetryChange
{
    private const int LongestName = 64;

    /// <summary>Its number since the device's start, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What found it: "PageHinkley", "Adwin" or "LayerInputs".</summary>
    public required string Detector { get; init; }

    /// <summary>Where the entropy went: "Rise", "Fall", or "None" for a change of the layers' inputs.</summary>
    public required string Direction { get; init; }

    /// <summary>Frames answered when it was found.</summary>
    public required long Frame { get; init; }

    /// <summary>Frames ago that it began, as the detector estimates; 0 where it cannot tell.</summary>
    public long Began { get; init; }

    /// <summary>Mean entropy before it, as a share of ln K; null for a change of the layers' inputs.</summary>
    public double? Before { get; init; }

    /// <summary>Mean entropy since it began; null for a change of the layers' inputs.</summary>
    public double? After { get; init; }

    /// <summary>Version of the parameter set that answered.</summary>
    public long ParameterVersion { get; init; }

    /// <summary>Whether the model's parameters changed since it began.</summary>
    public bool ParametersChanged { get; init; }

    /// <summary>Whether a device can have found it.</summary>
    internal bool IsUsable() =>
        Number > 0 && Frame >= 0 && Began >= 0 && ParameterVersion >= 0 && IsShare(Before) && IsShare(After)
        && IsWord(Detector) && IsWord(Direction);

    private static bool IsShare(double? value) => value is null or (>= 0 and <= 1);

    private static bool IsWord(string text) => text.Length is > 0 and <= LongestName && text.All(char.IsAsciiLetter);
}
