namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>What a device knows of a sample's usefulness when it takes it.</summary>
/// <param name="Information">How the entropy filter ranks it, 0 to 1; what is outside is taken as the nearest of them, NaN as 0.</param>
/// <param name="Prediction">The class probabilities that the device answered with; null where they are not known: its novelty is then 1/2.</param>
public sealed record SampleMerit(double Information, Prediction? Prediction)
{
    /// <summary>Of a sample of which nothing is known: in the middle.</summary>
    public static SampleMerit Unknown { get; } = new(0.5, null);

    /// <summary>
    /// Of a sample that was drawn at random: the same for all of them, since a full outbox that gave up the certain ones first would leave a sample that is no longer
    /// random; and as high as the least certain, since there are few.
    /// </summary>
    public static SampleMerit Audit { get; } = new(1, null);
}
