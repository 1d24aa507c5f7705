namespace EdgeAdapt.Corruptions;

/// <summary>Whether a corruption needs random numbers.</summary>
public enum CorruptionKind
{
    /// <summary>The same image and severity always give the same result, whatever the seed.</summary>
    Deterministic,

    /// <summary>The result depends on the seed and on the image's index.</summary>
    Random,
}
