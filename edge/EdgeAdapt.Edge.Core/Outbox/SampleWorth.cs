namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// What the outbox's order of a sample rests on, kept in its file. Novelty is that of the moment of arrival: computed again at each departure it
/// would cost the square of the number of samples, and a sample whose neighbour was uploaded is no newer to the cloud for it.
/// </summary>
/// <param name="Information">How the entropy filter ranked it, 0 to 1.</param>
/// <param name="Novelty">Distance to the nearest sample that waited when it came, 0 to 1; 1 where none waited.</param>
/// <param name="Stamp">When it came, milliseconds of <see cref="OutboxClock"/>.</param>
/// <param name="Prediction">Its class probabilities, or null.</param>
internal sealed record SampleWorth(double Information, double Novelty, long Stamp, Prediction? Prediction)
{
    // The end of the year 9000.
    private const long LatestStamp = 221_876_928_000_000;

    /// <summary>
    /// The binary logarithm of the value, but for a term that is the same for all samples at any time: log2(base) + stamp / half-life. The exponential
    /// decay makes it so: the order of two samples never changes while they wait, and nothing need be sorted anew as time goes by.
    /// </summary>
    public double Score(SampleValueOptions options) =>
        Math.Log2(Math.Max(((1 - options.NoveltyShare) * Share(Information)) + (options.NoveltyShare * Share(Novelty)), options.Floor))
        + (Stamp / options.HalfLife.TotalMilliseconds);

    /// <summary>Whether it can be ranked. A file that is cut off or damaged may hold any numbers, and its checksum is looked at only when it is sent.</summary>
    public bool IsUsable() => IsStamp(Stamp) && Prediction is not { IsUsable: false };

    /// <summary>Whether a number can be the time of a sample.</summary>
    public static bool IsStamp(long milliseconds) => milliseconds is >= 0 and <= LatestStamp;

    // A file may hold any number.
    private static double Share(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1);
}
