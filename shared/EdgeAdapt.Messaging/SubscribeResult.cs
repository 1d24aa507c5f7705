namespace EdgeAdapt.Messaging;

/// <summary>Whether the broker granted a subscription.</summary>
/// <param name="Granted">Whether it did.</param>
/// <param name="Fault">A sentence where it did not, else null.</param>
public sealed record SubscribeResult(bool Granted, string? Fault = null)
{
    /// <summary>The broker delivers from now on.</summary>
    public static SubscribeResult Success { get; } = new(true);
}
