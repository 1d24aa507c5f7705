namespace EdgeAdapt.Contracts;

/// <summary>Answers of some frames, counted.</summary>
public sealed record TelemetryWindow
{
    /// <summary>Most bins of a histogram.</summary>
    public const int MaximumBins = 64;

    /// <summary>Classes that are counted one by one: the most frequent; more would make a report of a thousand classes several times as long.</summary>
    public const int MaximumClasses = 64;

    /// <summary>Frames in it, at least 1.</summary>
    public required long Frames { get; init; }

    /// <summary>Mean entropy as a share of ln K, 0 to 1.</summary>
    public required double MeanEntropy { get; init; }

    /// <summary>Mean probability of the answered class, 0 to 1.</summary>
    public required double MeanConfidence { get; init; }

    /// <summary>Frames by entropy as a share of ln K, in bins of equal width from 0 to 1.</summary>
    public required IReadOnlyList<long> Entropy { get; init; }

    /// <summary>Frames by probability of the answered class, in bins of equal width from 0 to 1.</summary>
    public required IReadOnlyList<long> Confidence { get; init; }

    /// <summary>Frames by answered class, the most frequent <see cref="MaximumClasses"/>; those of all other classes are missing.</summary>
    public required IReadOnlyDictionary<int, long> Classes { get; init; }

    /// <summary>Whether answers can have given it.</summary>
    internal bool IsUsable() =>
        Frames > 0 && MeanEntropy is >= 0 and <= 1 && MeanConfidence is >= 0 and <= 1 && Counts(Entropy) && Counts(Confidence)
        && Classes.Count <= MaximumClasses && Classes.All(c => c.Key >= 0 && c.Value >= 0 && c.Value <= Frames);

    private bool Counts(IReadOnlyList<long> bins) =>
        bins.Count is > 0 and <= MaximumBins && bins.All(count => count >= 0 && count <= Frames) && bins.Sum(count => (decimal)count) == Frames;
}
