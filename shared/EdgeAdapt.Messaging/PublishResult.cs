namespace EdgeAdapt.Messaging;

/// <summary>What became of a message, and why.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Fault">A sentence for everything but <see cref="PublishOutcome.Acknowledged"/>, else null.</param>
public sealed record PublishResult(PublishOutcome Outcome, string? Fault = null)
{
    /// <summary>The broker has it.</summary>
    public static PublishResult Acknowledged { get; } = new(PublishOutcome.Acknowledged);

    /// <summary>What a reason code of the broker's answer says.</summary>
    public static PublishResult Of(int reasonCode) => reasonCode < ReasonCodes.FirstFailure
        ? Acknowledged
        : new PublishResult(reasonCode == ReasonCodes.PacketTooLarge ? PublishOutcome.Unsendable : PublishOutcome.Refused, ReasonCodes.Describe(reasonCode));
}
