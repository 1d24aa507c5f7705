namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// The constants of a sample's value, V = max((1 − ν)·information + ν·novelty, <see cref="Floor"/>) · 2^(−age / <see cref="HalfLife"/>). The outbox
/// sends the most valuable sample first and gives up the least valuable one when it is full.
/// </summary>
public sealed record SampleValueOptions
{
    /// <summary>
    /// ν, weight of the novelty against the information, 0 to 1. 0 keeps the least certain samples, however alike they are; 1 keeps different
    /// ones, however certain. Default 0.5: neither alone; the two have the same range.
    /// </summary>
    public double NoveltyShare { get; init; } = 0.5;

    /// <summary>
    /// The age that halves a value, 1 minute to 365 days: what the camera saw yesterday says less about what it sees now. Default 1 day, so that
    /// the same hour of the day before counts half.
    /// </summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The smallest value of a new sample, above 0 and at most 1: of two samples without any merit the newer one is kept.</summary>
    public double Floor { get; init; } = 0.01;

    /// <summary>
    /// Waiting samples, the newest, that a new one is compared with for its novelty; 0 to 65536. Each costs some 20 multiplications. Default 512:
    /// several minutes' selection.
    /// </summary>
    public int Neighbours { get; init; } = 512;

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(NoveltyShare is >= 0 and <= 1))
        {
            yield return $"The weight of novelty is {NoveltyShare}. Give --outbox-novelty 0 (uncertain samples only) to 1 (different samples only), for example 0.5.";
        }

        if (HalfLife < TimeSpan.FromMinutes(1) || HalfLife > TimeSpan.FromDays(365))
        {
            yield return $"The half-life of a sample's value is {HalfLife}. Give --outbox-half-life 1 minute to 365 days in hours, for example 24.";
        }

        if (!(Floor is > 0 and <= 1))
        {
            yield return $"The smallest value of a sample is {Floor}. Give a number above 0 and at most 1, for example 0.01.";
        }

        if (Neighbours is < 0 or > 65536)
        {
            yield return $"{Neighbours} neighbours cannot be compared with a new sample. Give 0 to 65536, for example 512.";
        }
    }
}
